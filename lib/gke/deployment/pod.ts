import type * as pulumi from "@pulumi/pulumi";
import { secondsIn } from "../../internal/arguments/duration";
import { listeningOn, restrictedContainer, restrictedPod } from "../podSecurity";
import { type ProxiedInstance, proxyContainers, socketMounts, socketVolumes } from "./authProxy";
import type { ResolvedArgs } from "./deploymentArgs";
import { probes } from "./health";
import { nonEmpty, selector } from "./objects";
import { placement } from "./placement";
import { resourceRequirements } from "./resources";
import { type SecretFolder, secretAnnotations, secretVolumes, volumeName } from "./secretFiles";
import { lifecycle } from "./termination";
import { variables } from "./variables";

/** What a pod depends on. */
export interface PodParts {
    image: pulumi.Input<string>;
    serviceAccount: pulumi.Input<string>;
    /** The environment variables of the capabilities. */
    environment: Record<string, pulumi.Input<string>>;
    /** The instances that the code reaches through the Auth Proxy. */
    instances: ProxiedInstance[];
    secrets: SecretFolder[];
}

/** The pod template. */
export function podTemplate(args: ResolvedArgs, parts: PodParts) {
    const { user, port, terminationGracePeriod } = args;
    return {
        metadata: {
            labels: args.objectLabels,
            annotations: nonEmpty({ ...secretAnnotations(parts.secrets), ...args.annotations }),
        },
        spec: {
            serviceAccountName: parts.serviceAccount,
            // Google Cloud credentials come from the metadata server; pods do not call the API server.
            automountServiceAccountToken: false,
            // Otherwise variables named after the namespace's Services could override those of the code.
            enableServiceLinks: false,
            securityContext: { ...restrictedPod(user), ...listeningOn(port) },
            initContainers: proxyContainers(parts.instances, args),
            containers: [container(args, parts)],
            volumes: [
                ...args.writable.map(emptyDir),
                ...secretVolumes(parts.secrets),
                ...socketVolumes(parts.instances),
            ],
            terminationGracePeriodSeconds: secondsIn(terminationGracePeriod),
            ...placement(args, selector(args.name)),
        },
    };
}

function container(args: ResolvedArgs, { image, environment, instances, secrets }: PodParts) {
    const { name, port, command, args: parameters, health, writable } = args;
    return {
        name,
        image,
        // Even if the node has the image cached, this pod's right to pull it is checked.
        imagePullPolicy: "Always",
        command,
        args: parameters,
        ports: port === undefined ? undefined : [{ name: "http", containerPort: port }],
        env: variables(args.env, environment, port),
        resources: resourceRequirements(args.resources, args.gpu),
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
