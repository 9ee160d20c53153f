/** The parts of Kubernetes' API that our manifests use, exactly: a field that is misspelt or in the wrong place is refused. */
import { z } from 'zod'

const text = z.string().min(1)
const labels = z.record(text, z.string())
const quantity = z.string().regex(/^\d+(?:\.\d+)?(?:m|Ki|Mi|Gi)?$/, 'is not a quantity')
const quantities = z.strictObject({
  cpu: quantity.optional(),
  memory: quantity.optional(),
  storage: quantity.optional(),
})
const resources = z.strictObject({ requests: quantities, limits: quantities.optional() })
const selector = z.strictObject({ matchLabels: labels })
const port = z.union([text, z.number().int()])

const metadata = z.strictObject({
  name: z.string().regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/),
  namespace: text.optional(),
  labels: labels.optional(),
  annotations: labels.optional(),
})

const valueFrom = z.union([
  z.strictObject({ fieldRef: z.strictObject({ fieldPath: z.enum(['metadata.name', 'metadata.namespace']) }) }),
  z.strictObject({ secretKeyRef: z.strictObject({ name: text, key: text, optional: z.boolean().optional() }) }),
])

const probe = z.strictObject({
  httpGet: z.strictObject({ path: z.string().startsWith('/'), port }),
  periodSeconds: z.number().int(),
  timeoutSeconds: z.number().int().optional(),
  failureThreshold: z.number().int(),
})

const container = z.strictObject({
  name: text,
  image: text,
  args: z.array(text),
  ports: z.array(z.strictObject({ name: text, containerPort: z.number().int() })),
  envFrom: z
    .array(
      z.union([
        z.strictObject({ configMapRef: z.strictObject({ name: text }) }),
        z.strictObject({ secretRef: z.strictObject({ name: text, optional: z.boolean() }) }),
      ]),
    )
    .optional(),
  env: z.array(z.union([z.strictObject({ name: text, value: z.string() }), z.strictObject({ name: text, valueFrom })])),
  startupProbe: probe,
  livenessProbe: probe,
  readinessProbe: probe,
  lifecycle: z
    .strictObject({ preStop: z.strictObject({ exec: z.strictObject({ command: z.array(text) }) }) })
    .optional(),
  resources,
  securityContext: z.strictObject({
    allowPrivilegeEscalation: z.literal(false),
    readOnlyRootFilesystem: z.literal(true),
    capabilities: z.strictObject({ drop: z.tuple([z.literal('ALL')]) }),
  }),
  volumeMounts: z.array(
    z.strictObject({ name: text, mountPath: z.string().startsWith('/'), readOnly: z.boolean().optional() }),
  ),
})

const template = z.strictObject({
  metadata: z.strictObject({ labels, annotations: labels.optional() }),
  spec: z.strictObject({
    terminationGracePeriodSeconds: z.number().int(),
    automountServiceAccountToken: z.literal(false),
    enableServiceLinks: z.literal(false),
    securityContext: z.strictObject({
      runAsNonRoot: z.literal(true),
      runAsUser: z.number().int().min(1),
      runAsGroup: z.number().int().min(1),
      fsGroup: z.number().int().min(1),
      fsGroupChangePolicy: z.enum(['OnRootMismatch', 'Always']).optional(),
      seccompProfile: z.strictObject({ type: z.literal('RuntimeDefault') }),
    }),
    affinity: z
      .strictObject({
        podAntiAffinity: z.strictObject({
          requiredDuringSchedulingIgnoredDuringExecution: z.array(
            z.strictObject({ topologyKey: text, labelSelector: selector }),
          ),
        }),
      })
      .optional(),
    topologySpreadConstraints: z.array(
      z.strictObject({
        maxSkew: z.number().int(),
        topologyKey: text,
        whenUnsatisfiable: z.enum(['ScheduleAnyway', 'DoNotSchedule']),
        labelSelector: selector,
      }),
    ),
    containers: z.array(container).length(1),
    volumes: z.array(
      z.union([
        z.strictObject({ name: text, emptyDir: z.strictObject({ sizeLimit: quantity }) }),
        z.strictObject({ name: text, configMap: z.strictObject({ name: text }) }),
      ]),
    ),
  }),
})

const namespace = z.strictObject({ apiVersion: z.literal('v1'), kind: z.literal('Namespace'), metadata })

const service = z.strictObject({
  apiVersion: z.literal('v1'),
  kind: z.literal('Service'),
  metadata,
  spec: z.strictObject({
    clusterIP: z.literal('None').optional(),
    publishNotReadyAddresses: z.boolean().optional(),
    selector: labels,
    ports: z.array(z.strictObject({ name: text, port: z.number().int(), targetPort: port })),
  }),
})

const deployment = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('Deployment'),
  metadata,
  spec: z.strictObject({
    replicas: z.number().int().optional(),
    selector,
    strategy: z.union([
      z.strictObject({ type: z.literal('Recreate') }),
      z.strictObject({
        type: z.literal('RollingUpdate'),
        rollingUpdate: z.strictObject({ maxSurge: z.number().int(), maxUnavailable: z.number().int() }),
      }),
    ]),
    template,
  }),
})

const statefulSet = z.strictObject({
  apiVersion: z.literal('apps/v1'),
  kind: z.literal('StatefulSet'),
  metadata,
  spec: z.strictObject({
    serviceName: text,
    replicas: z.number().int(),
    selector,
    podManagementPolicy: z.enum(['Parallel', 'OrderedReady']),
    template,
    volumeClaimTemplates: z.array(
      z.strictObject({
        metadata: z.strictObject({ name: text }),
        spec: z.strictObject({ accessModes: z.array(z.literal('ReadWriteOnce')), resources }),
      }),
    ),
    persistentVolumeClaimRetentionPolicy: z.strictObject({
      whenDeleted: z.literal('Retain'),
      whenScaled: z.literal('Retain'),
    }),
  }),
})

const policies = z.array(
  z.strictObject({ type: z.literal('Pods'), value: z.number().int(), periodSeconds: z.number().int() }),
)

const autoscaler = z.strictObject({
  apiVersion: z.literal('autoscaling/v2'),
  kind: z.literal('HorizontalPodAutoscaler'),
  metadata,
  spec: z.strictObject({
    scaleTargetRef: z.strictObject({ apiVersion: text, kind: text, name: text }),
    minReplicas: z.number().int().min(1),
    maxReplicas: z.number().int(),
    metrics: z.array(
      z.discriminatedUnion('type', [
        z.strictObject({
          type: z.literal('Resource'),
          resource: z.strictObject({
            name: z.enum(['cpu', 'memory']),
            target: z.strictObject({ type: z.literal('Utilization'), averageUtilization: z.number().int() }),
          }),
        }),
        z.strictObject({
          type: z.literal('Pods'),
          pods: z.strictObject({
            metric: z.strictObject({ name: text }),
            target: z.strictObject({ type: z.literal('AverageValue'), averageValue: quantity }),
          }),
        }),
      ]),
    ),
    behavior: z.strictObject({
      scaleUp: z.strictObject({ policies }).optional(),
      scaleDown: z.strictObject({ stabilizationWindowSeconds: z.number().int(), policies }),
    }),
  }),
})

const budget = z.strictObject({
  apiVersion: z.literal('policy/v1'),
  kind: z.literal('PodDisruptionBudget'),
  metadata,
  spec: z.union([
    z.strictObject({ maxUnavailable: z.number().int(), selector }),
    z.strictObject({ minAvailable: z.number().int(), selector }),
  ]),
})

const podSelector = z.strictObject({ matchLabels: labels.optional() })
const peers = z.array(
  z.union([z.strictObject({ podSelector: selector }), z.strictObject({ namespaceSelector: selector })]),
)
const policyPorts = z.array(z.strictObject({ protocol: z.enum(['TCP', 'UDP']), port: z.number().int() }))

const networkPolicy = z.strictObject({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('NetworkPolicy'),
  metadata,
  spec: z.strictObject({
    podSelector,
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])),
    ingress: z.array(z.strictObject({ from: peers, ports: policyPorts })).optional(),
    egress: z.array(z.strictObject({ to: peers.optional(), ports: policyPorts })).optional(),
  }),
})

const ingress = z.strictObject({
  apiVersion: z.literal('networking.k8s.io/v1'),
  kind: z.literal('Ingress'),
  metadata,
  spec: z.strictObject({
    ingressClassName: text,
    tls: z.array(z.strictObject({ hosts: z.array(text), secretName: text })),
    rules: z.array(
      z.strictObject({
        host: text,
        http: z.strictObject({
          paths: z.array(
            z.strictObject({
              path: z.string().startsWith('/'),
              pathType: z.enum(['Prefix', 'Exact']),
              backend: z.strictObject({
                service: z.strictObject({ name: text, port: z.strictObject({ name: text }) }),
              }),
            }),
          ),
        }),
      }),
    ),
  }),
})

/** Any manifest of ours. */
export const manifestShape = z.discriminatedUnion('kind', [
  namespace,
  service,
  deployment,
  statefulSet,
  autoscaler,
  budget,
  networkPolicy,
  ingress,
])

export type Manifest = z.infer<typeof manifestShape>
export type Workload = Extract<Manifest, { kind: 'Deployment' | 'StatefulSet' }>
export type PodContainer = z.infer<typeof container>

/** A kustomization as far as ours go. */
export const kustomizationShape = z.strictObject({
  apiVersion: z.literal('kustomize.config.k8s.io/v1beta1'),
  kind: z.literal('Kustomization'),
  namespace: text.optional(),
  resources: z.array(text).optional(),
  configMapGenerator: z.array(
    z.union([
      z.strictObject({ name: text, envs: z.array(text) }),
      z.strictObject({ name: text, files: z.array(text) }),
    ]),
  ),
  images: z.array(z.strictObject({ name: text, newName: text, newTag: text })).optional(),
})
