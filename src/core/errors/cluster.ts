import type { ErrorRow } from './row.ts'

/** Errors of a Kubernetes API server, and of the way to it. */
export const clusterErrors = {
  CLUSTER_KUBECONFIG: {
    retry: 'never',
    reason: 'ClusterConfigInvalid',
    meaning: 'no usable kubeconfig was found, or it lacks the context, cluster or user that is asked for',
    remedy: 'name one with --kubeconfig and --context, or set KUBECONFIG; in a pod, mount a service account token',
  },
  CLUSTER_KUBECONFIG_REFUSED: {
    retry: 'never',
    reason: 'ClusterConfigRefused',
    meaning: 'a kubeconfig from a Secret holds a field that could run programs, read files or weaken TLS',
    remedy: 'use server (https), certificate-authority-data, and token or client-certificate-data with client-key-data',
  },
  CLUSTER_UNAVAILABLE: {
    retry: 'backoff',
    reason: 'ClusterUnavailable',
    meaning: 'the API server could not be reached, broke off, or answered with an error of its own',
    remedy: 'check that the address in the kubeconfig is right and that the API server answers /readyz',
  },
  CLUSTER_TIMEOUT: {
    retry: 'backoff',
    reason: 'ClusterUnavailable',
    meaning: 'the API server did not answer in time',
    remedy: 'check the load of the API server and of its etcd, and the network to it',
  },
  CLUSTER_TLS: {
    retry: 'backoff',
    reason: 'ClusterUnavailable',
    meaning: 'no TLS connection to the API server: its certificate is not trusted, or ours is not accepted',
    remedy: 'compare certificate-authority-data with the certificate of the server, and check that neither has expired',
  },
  CLUSTER_MALFORMED: {
    retry: 'backoff',
    reason: 'ClusterUnavailable',
    meaning: 'the answer was not what a Kubernetes API server sends',
    remedy: 'check that the address is that of the API server and not of a proxy or login page',
  },
  CLUSTER_TOO_LARGE: {
    retry: 'backoff',
    reason: 'ClusterUnavailable',
    meaning: 'the API server answered with more than is read',
    remedy: 'please report it: no object of Kubernetes is that large',
  },
  CLUSTER_BUSY: {
    retry: 'backoff',
    reason: 'ClusterUnavailable',
    meaning: 'the API server asks its clients to wait (429)',
    remedy: 'wait; if it lasts, look at the priority and fairness settings of the API server',
  },
  CLUSTER_UNAUTHORIZED: {
    retry: 'backoff',
    reason: 'ClusterUnauthorized',
    meaning: 'the API server does not know who asks: the token or certificate is missing, wrong or expired (401)',
    remedy: 'renew the credentials of the kubeconfig; in a pod, check that its service account still exists',
  },
  CLUSTER_FORBIDDEN: {
    retry: 'backoff',
    reason: 'ClusterForbidden',
    meaning: 'the API server does not permit this to whoever asks (403)',
    remedy: 'grant the verb on the resource that the message names by a Role and a RoleBinding',
  },
  CLUSTER_NOT_FOUND: {
    retry: 'backoff',
    reason: 'ClusterObjectMissing',
    meaning: 'an object that was to be changed, or its namespace, does not exist (404)',
    remedy: 'create it, or check name and namespace',
  },
  CLUSTER_KIND_MISSING: {
    retry: 'backoff',
    reason: 'ClusterKindMissing',
    meaning: 'the API server does not serve the kind that is asked for',
    remedy: 'install its CustomResourceDefinition: tagboat crds | kubectl apply -f -',
  },
  CLUSTER_CONFLICT: {
    retry: { afterMs: 1000 },
    reason: 'ClusterConflict',
    meaning: 'the object was changed by somebody else in the meantime, or another manager owns the field (409)',
    remedy: 'nothing: it is read anew and tried again',
  },
  CLUSTER_EXISTS: {
    retry: 'backoff',
    reason: 'ClusterConflict',
    meaning: 'an object that was to be created exists already (409)',
    remedy: 'choose another name, or change the object that is there',
  },
  CLUSTER_INVALID: {
    retry: 'never',
    reason: 'ClusterRejected',
    meaning:
      'the API server refuses an object as it is written: its schema, a rule, or an admission webhook (400, 422)',
    remedy: 'correct the field that the message names',
  },
  CLUSTER_EXPIRED: {
    retry: 'backoff',
    reason: 'ClusterExpired',
    meaning: 'the API server no longer keeps the version that was asked for (410)',
    remedy: 'nothing: everything is listed anew',
  },
  CLUSTER_SUSPENDED: {
    retry: 'never',
    reason: 'Suspended',
    meaning: 'an object that is to be reconciled is suspended, so that nothing would be done',
    remedy: 'resume it: tagboat resume KIND/NAME',
  },
  CLUSTER_NOT_HANDLED: {
    retry: 'backoff',
    reason: 'ClusterNotHandled',
    meaning: 'no controller has worked through the object in the time that was given',
    remedy: 'see whether the controller runs (tagboat check, its log); raise --timeout if the work is long',
  },
} as const satisfies Record<string, ErrorRow>
