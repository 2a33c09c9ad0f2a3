import type { Provider } from './provider.ts'

const host =
  /^\d{12}\.dkr[.-]ecr(-fips)?\.([a-z0-9-]+)\.(amazonaws\.com(\.cn)?|amazonaws\.eu|on\.aws|on\.amazonwebservices\.(com\.cn|eu)|c2s\.ic\.gov|sc2s\.sgov\.gov|cloud\.adc-e\.uk|csp\.hci\.ic\.gov)$/

/** Amazon's registry, private and public. Above 1000 a page it answers 405, without `n` it gives 100. */
export const ecr: Provider = {
  name: 'ecr',
  matches: (clue) => clue.host === 'public.ecr.aws' || host.test(clue.host),
  pageSize: 1000,
  actions: 'pull',
  hint: (status) =>
    status === 404
      ? undefined
      : 'a password of `aws ecr get-login-password` ends after 12 hours: renew it in the Secret',
}
