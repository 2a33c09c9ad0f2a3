import type { ErrorRow } from './row.ts'

/** Errors of what the controller serves over HTTP, and of the events that it sends. */
export const serverErrors = {
  SERVER_LISTEN_FAILED: {
    retry: 'never',
    reason: 'ListenFailed',
    meaning: 'an address at which something is to be served is taken, not one of this computer, or not permitted',
    remedy: 'give another one by the flag that the message names, or 0 to serve nothing there',
  },
  EVENTS_UNAVAILABLE: {
    retry: 'backoff',
    reason: 'EventsUnavailable',
    meaning: 'the receiver of --events-addr could not be reached, broke off, or answered with an error of its own',
    remedy: 'check that the address is that of the notification-controller and that a NetworkPolicy lets it be reached',
  },
  EVENTS_REFUSED: {
    retry: 'never',
    reason: 'EventsRefused',
    meaning: 'the receiver of --events-addr does not take the event as it is',
    remedy: 'check that the address is that of the notification-controller; its log says what it does not understand',
  },
} as const satisfies Record<string, ErrorRow>
