import type * as pulumi from "@pulumi/pulumi";
import { restrictedContainer, restrictedPod } from "../restricted";
import { type Proxied, proxyContainers, socketMounts, socketVolumes } from "./authProxy";
import type { Decided } from "./decided";
import { probes } from "./health";
import { given, selector } from "./names";
import { placement } from "./placement";
import { resourceRequirements } from "./resources";
import { type SecretFolder, secretAnnotations, secretVolumes, volumeName } from "./secretFiles";
import { variables } from "./variables";

/** What a pod stands on. */
export interface PodParts {
    image: pulumi.Input<string>;
    serviceAccount: pulumi.Input<string>;
    /** What the code is told of what it uses. */
    environment: Record<string, pulumi.Input<string>>;
    /** The instances that the code reaches by the Auth Proxy. */
    instances: Proxied[];
    secrets: SecretFolder[];
}

/** The template of the pods. */
export function podTemplate(args: Decided, parts: PodParts) {
    const { user, terminationGracePeriodSeconds } = args;
    return {
        metadata: {
            labels: args.objectLabels,
            annotations: given({ ...secretAnnotations(parts.secrets), ...args.annotations }),
        },
        spec: {
            serviceAccountName: parts.serviceAccount,
            // The metadata server tells the account: no pod talks to the API server.
            automountServiceAccountToken: false,
            // Services would come to be variables by their names, whatever variables the code reads.
            enableServiceLinks: false,
            securityContext: restrictedPod(user),
            initContainers: proxyContainers(parts.instances, args),
            containers: [container(args, parts)],
            volumes: [
                ...args.writable.map(emptyDir),
                ...secretVolumes(parts.secrets),
                ...socketVolumes(parts.instances),
            ],
            terminationGracePeriodSeconds,
            ...placement(args, selector(args.name)),
        },
    };
}

function container(args: Decided, { image, environment, instances, secrets }: PodParts) {
    const { name, port, command, args: parameters, health, writable } = args;
    return {
        name,
        image,
        // A node that has the image already asks all the same whether this pod may have it.
        imagePullPolicy: "Always",
        command,
        args: parameters,
        ports: port === undefined ? undefined : [{ name: "http", containerPort: port }],
        env: variables(args.environment, environment, port),
        resources: resourceRequirements(args.resources),
        securityContext: { ...restrictedContainer, privileged: false },
        ...probes(health, port),
        lifecycle: lifecycle(args),
        volumeMounts: [
            ...writable.map((folder) => ({ name: volumeName("writable", folder), mountPath: folder })),
            ...secrets.map((each) => ({ name: each.name, mountPath: each.folder, readOnly: true })),
            ...socketMounts(instances),
        ],
    };
}

const emptyDir = (folder: string) => ({ name: volumeName("writable", folder), emptyDir: {} });

/** A pod that ends goes on serving until those that send requests know of it. */
function lifecycle({ drainSeconds }: Decided) {
    return drainSeconds === 0 ? undefined : { preStop: { sleep: { seconds: drainSeconds } } };
}
