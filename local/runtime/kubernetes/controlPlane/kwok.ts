import { readFileSync } from "node:fs";
import { join } from "node:path";
import { yaml } from "../../../machine/yaml";
import { crashAnnotation, imagesCondition } from "../kubelet/annotations";

/** The configuration of kwok: simulation of nodes and pods, and their metrics. */
export function kwokConfiguration(folder: string): string {
    const stage = (name: string, kind: string, matchExpressions: object[], next: object, more: object = {}) => ({
        apiVersion: "kwok.x-k8s.io/v1alpha1",
        kind: "Stage",
        metadata: { name },
        spec: { resourceRef: { apiGroup: "v1", kind }, selector: { matchExpressions }, ...more, next },
    });
    const stages = [
        stage("node-ready", "Node", [not(condition("Ready"), "True")], { statusTemplate: nodeReady }),
        stage("node-heartbeat", "Node", [is(condition("Ready"), "True")], { statusTemplate: nodeReady }, heartbeat),
        stage("pod-runs", "Pod", [...startable, absent(crash)], { statusTemplate: podRuns }),
        stage("pod-crashes", "Pod", [...startable, present(crash)], { statusTemplate: podCrashes }),
        // Crashed containers are restarted with a delay and counted.
        stage(
            "pod-crashes-again",
            "Pod",
            [alive, is(".status.phase", "Running"), present(crash)],
            {
                statusTemplate: podCrashes,
            },
            { delay: { durationMilliseconds: 5_000 } },
        ),
        stage("job-completes", "Pod", [alive, is(".status.phase", "Running"), absent(crash), ofJob], {
            statusTemplate: podCompletes,
        }),
        stage("pod-ends", "Pod", [present(".metadata.deletionTimestamp")], { delete: true }),
    ];
    const measured = ["metrics-resource.yaml", "usage-from-annotation.yaml"].map((name) =>
        readFileSync(join(folder, name), "utf8"),
    );
    return [...stages.map((element) => yaml().stringify(element)), ...measured].join("---\n");
}

const is = (key: string, ...values: string[]) => ({ key, operator: "In", values });
const not = (key: string, ...values: string[]) => ({ key, operator: "NotIn", values });
const present = (key: string) => ({ key, operator: "Exists" });
const absent = (key: string) => ({ key, operator: "DoesNotExist" });
const condition = (type: string) => `.status.conditions.[] | select( .type == "${type}" ) | .status`;

const crash = `.metadata.annotations["${crashAnnotation}"]`;
const alive = absent(".metadata.deletionTimestamp");
const ofJob = is(".metadata.ownerReferences.[].kind", "Job");
/** The images are available. */
const startable = [alive, is(".status.phase", "Pending"), is(condition(imagesCondition), "True")];
/** Leases show every few seconds that a node is alive; its status does not change. */
const heartbeat = { delay: { durationMilliseconds: 600_000, jitterDurationMilliseconds: 610_000 } };

const nodeReady = `
{{ $now := Now }}
{{ $since := or .metadata.creationTimestamp $now }}
conditions:
{{ range NodeConditions }}
- lastHeartbeatTime: {{ $now | Quote }}
  lastTransitionTime: {{ $since | Quote }}
  message: {{ .message | Quote }}
  reason: {{ .reason | Quote }}
  status: {{ .status | Quote }}
  type: {{ .type | Quote }}
{{ end }}
addresses:
- address: {{ NodeIP | Quote }}
  type: InternalIP
- address: {{ NodeName | Quote }}
  type: Hostname
daemonEndpoints:
  kubeletEndpoint:
    Port: {{ NodePort }}
phase: Running
`;

const conditions = (ready: string) => `
{{ $now := Now }}
conditions:
- lastTransitionTime: {{ $now | Quote }}
  status: "True"
  type: Initialized
- lastTransitionTime: {{ $now | Quote }}
  status: ${ready}
  type: Ready
- lastTransitionTime: {{ $now | Quote }}
  status: ${ready}
  type: ContainersReady
{{ range .spec.readinessGates }}
- lastTransitionTime: {{ $now | Quote }}
  status: "True"
  type: {{ .conditionType | Quote }}
{{ end }}
`;

const initContainers = `
{{ if .spec.initContainers }}
initContainerStatuses:
{{ range .spec.initContainers }}
- image: {{ .image | Quote }}
  imageID: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: true
  restartCount: 0
{{ if eq ( or .restartPolicy "" ) "Always" }}
  started: true
  state:
    running:
      startedAt: {{ $now | Quote }}
{{ else }}
  state:
    terminated:
      exitCode: 0
      finishedAt: {{ $now | Quote }}
      reason: Completed
      startedAt: {{ $now | Quote }}
{{ end }}
{{ end }}
{{ end }}
`;

const addresses = `
hostIP: {{ NodeIPWith .spec.nodeName | Quote }}
podIP: {{ PodIPWith .spec.nodeName ( or .spec.hostNetwork false ) ( or .metadata.uid "" ) ( or .metadata.name "" ) ( or .metadata.namespace "" ) | Quote }}
startTime: {{ $now | Quote }}
phase: Running
`;

const podRuns = `
${conditions('"True"')}
containerStatuses:
{{ range .spec.containers }}
- image: {{ .image | Quote }}
  imageID: {{ .image | Quote }}
  name: {{ .name | Quote }}
  ready: true
  restartCount: 0
  started: true
  state:
    running:
      startedAt: {{ $now | Quote }}
{{ end }}
${initContainers}
${addresses}
`;

const podCrashes = `
${conditions('"False"')}
{{ $crashing := index .metadata.annotations ${JSON.stringify(crashAnnotation)} }}
{{ $before := or .status.containerStatuses list }}
containerStatuses:
{{ range $index, $container := .spec.containers }}
- image: {{ $container.image | Quote }}
  imageID: {{ $container.image | Quote }}
  name: {{ $container.name | Quote }}
{{ if eq $container.name $crashing }}
  ready: false
  started: false
  {{ $count := 0 }}
  {{ range $before }}{{ if eq .name $crashing }}{{ $count = add1 .restartCount }}{{ end }}{{ end }}
  restartCount: {{ $count }}
  lastState:
    terminated:
      exitCode: 1
      finishedAt: {{ $now | Quote }}
      reason: Error
      startedAt: {{ $now | Quote }}
  state:
    waiting:
      message: {{ printf "back-off 10s restarting failed container=%s pod=%s_%s(%s)" $crashing $.metadata.name $.metadata.namespace $.metadata.uid | Quote }}
      reason: CrashLoopBackOff
{{ else }}
  ready: true
  started: true
  restartCount: 0
  state:
    running:
      startedAt: {{ $now | Quote }}
{{ end }}
{{ end }}
${initContainers}
${addresses}
`;

const podCompletes = `
{{ $now := Now }}
{{ $root := . }}
conditions:
- lastTransitionTime: {{ $now | Quote }}
  reason: PodCompleted
  status: "False"
  type: Ready
- lastTransitionTime: {{ $now | Quote }}
  reason: PodCompleted
  status: "False"
  type: ContainersReady
containerStatuses:
{{ range $index, $item := .spec.containers }}
{{ $origin := index $root.status.containerStatuses $index }}
- image: {{ $item.image | Quote }}
  imageID: {{ $item.image | Quote }}
  name: {{ $item.name | Quote }}
  ready: false
  restartCount: 0
  started: false
  state:
    terminated:
      exitCode: 0
      finishedAt: {{ $now | Quote }}
      reason: Completed
      startedAt: {{ $origin.state.running.startedAt | Quote }}
{{ end }}
phase: Succeeded
`;
