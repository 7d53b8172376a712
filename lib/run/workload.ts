import * as pulumi from "@pulumi/pulumi";
import type { ContainerImage } from "../artifactregistry";
import { idOfKey } from "../component/encryption";
import type { Environment } from "../environment/environment";
import { accountOf } from "../iam/accountOf";
import type { DatabaseWorkload } from "../iam/serverless/databases";
import {
    egressNat,
    networkApis,
    networkGrants,
    type ResolvedVpcAccess,
    type Workload,
} from "../iam/serverless/vpcAccess";
import type { AccountReference } from "../iam/serviceAccount";
import { type Attachment, type Capability, type Uses, use } from "../internal/access/capability";
import type { Child } from "../internal/engine/children";
import { allVolumes, type ContainerContext, containerArgs, type ResolvedContainer } from "./container";
import { vpcAccessArgs } from "./network";
import { executionEnvironmentOf, type RunGpu } from "./resources";
import { databaseWorkload, type ResolvedRunArgs } from "./runArgs";
import { gen2Volume, volumeCapabilities } from "./volumes";

/** A service, a job or a worker pool with its containers, of which the first is the main one. */
export interface RunWorkload extends DatabaseWorkload {
    resolved: ResolvedRunArgs;
    containers: ResolvedContainer[];
    gpu?: Required<RunGpu>;
}

/** A workload whose main container runs the built image, or the image of the arguments. */
export const runWorkload = (
    workload: Workload,
    resolved: ResolvedRunArgs & Pick<RunWorkload, "gpu">,
    built: ContainerImage | undefined,
): RunWorkload => ({
    ...databaseWorkload(workload, resolved),
    resolved,
    containers: resolved.containers.map((one) => (built && one.at === "" ? { ...one, image: built } : one)),
    gpu: resolved.gpu,
});

/** The images of all containers. */
export const imagesOf = ({ containers }: RunWorkload) => containers.map(({ image }) => image);

/** The APIs of a workload, and the service that uses its key. */
export function sharedNeeds({ resolved, containers, way }: RunWorkload, network: ResolvedVpcAccess | undefined) {
    const clients = containers.flatMap(({ uses }) => Object.values(uses)).flatMap(({ attachments }) => attachments);
    const hasSockets = clients.some((client) => client.kind === "cloud-sql" && way(client).sockets !== undefined);
    const apis = [
        "iam",
        "run",
        ...networkApis(network),
        ...(hasSockets ? ["sqladmin"] : []),
        ...(resolved.binaryAuthorization === undefined ? [] : ["binaryauthorization"]),
    ];
    return { apis: apis.map((api) => `${api}.googleapis.com`), encryptedBy: ["run.googleapis.com"] };
}

/** The service account of a workload, unless it has one, and the grants that must exist before its containers start. */
export function createAccount(
    component: string,
    { kind, resolved, containers }: RunWorkload,
    child: Child,
    parent: pulumi.ComponentResource,
): { account: AccountReference; grants: pulumi.Resource[] } {
    const account = accountOf(component, resolved, child, { part: "run", does: `Runs the ${kind} ${resolved.name}` });
    // Under names that no variable has, as containers may have the same variables.
    const ofContainers = containers.flatMap(({ at, uses }) =>
        Object.entries(uses).map(([name, used]) => [`${at}${name}`, used as Capability<Attachment>]),
    );
    const ofVolumes = volumeCapabilities(resolved.volumes).map((used, index) => [`volumes.${index}`, used]);
    const all: Uses<Attachment> = Object.fromEntries([...ofContainers, ...ofVolumes]);
    return { account, grants: use(component, all, account.member, { parent }, resolved.account).grants };
}

/** What else must exist before the containers start: the use of a subnet, and Cloud NAT. */
export function networkNeeds(
    workload: RunWorkload,
    network: ResolvedVpcAccess | undefined,
    environment: Environment,
): pulumi.Resource[] {
    const { crossProject } = workload.resolved;
    return [...networkGrants({ network, crossProject }, environment), ...egressNat(workload, network)];
}

/** The parts of a template that services, jobs and worker pools have in common. */
export function templateArgs(
    { resolved, containers, gpu, way }: RunWorkload,
    account: AccountReference,
    network: ResolvedVpcAccess | undefined,
    { project }: Environment,
) {
    const context: ContainerContext = { project, member: account.member, way, volumes: resolved.volumes };
    return {
        containers: containers.map((container) => containerArgs(container, context)),
        volumes: allVolumes(containers, context),
        serviceAccount: account.email,
        vpcAccess: vpcAccessArgs(network),
        encryptionKey: idOfKey(resolved.encryptionKey),
        ...(gpu && {
            nodeSelector: { accelerator: gpu.type },
            gpuZonalRedundancyDisabled: !gpu.zonalRedundancy,
        }),
    };
}

/** The execution environment in the form of the API, which worker pools do not have. */
export function environmentArgs({ resolved, gpu }: RunWorkload, executionEnvironment?: "gen1" | "gen2") {
    return {
        executionEnvironment: executionEnvironmentOf({
            executionEnvironment,
            gen2For: gen2Volume(resolved.volumes),
            gpu,
        }),
    };
}

/** Binary Authorization in the form of the API. */
export function binaryAuthorizationArgs({ binaryAuthorization: policy }: ResolvedRunArgs) {
    const settings = (name: string) => (name === "default" ? { useDefault: true } : { policy: name });
    return policy === undefined
        ? undefined
        : typeof policy === "string"
          ? settings(policy)
          : pulumi.output(policy).apply(settings);
}
