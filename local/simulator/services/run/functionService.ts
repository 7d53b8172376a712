import { type Context, type Inputs, lastPart } from "../../rules/rules";
import { storeBuild } from "../artifactregistry/images";
import { functionRepository, type ImageName, imageName } from "../artifactregistry/names";
import { secretPath } from "../secretmanager/names";
import { objectName } from "../storage/names";
import { serviceName } from "./names";
import { runService } from "./service";

const ingress: Record<string, string> = {
    ALLOW_INTERNAL_ONLY: "INGRESS_TRAFFIC_INTERNAL_ONLY",
    ALLOW_INTERNAL_AND_GCLB: "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
};

const doubled = (part: string) => part.replaceAll("-", "--");

/** The image that Cloud Build creates for a function: "Cloud Run functions image registry". */
function imageOf({ project, location, name, buildConfig }: Inputs): string {
    const repository = lastPart(buildConfig.dockerRepository ?? functionRepository({ project, location }));
    const image = `${doubled(project)}__${doubled(location)}__${name.replaceAll("_", "__")}`;
    return `${location}-docker.pkg.dev/${project}/${repository}/${image}:version_1`;
}

/** CPU and memory of a function in Cloud Run's format: `256M` is `256Mi`. */
function limitsOf({ availableCpu, availableMemory = "256M" }: Inputs): Inputs {
    return { cpu: String(availableCpu), memory: availableMemory.replace(/^([\d.]+)([kMG])$/, "$1$2i") };
}

const volumeName = (index: number) => `secret-${index + 1}`;

/** Creates or updates the Cloud Run service of a function, which only the function can delete. */
export function updateFunctionService(state: Inputs, context: Context): void {
    const { project, location, serviceConfig, labels } = state;
    const { cloud } = context;
    const { service, serviceAccountEmail, ingressSettings, timeoutSeconds, maxInstanceRequestConcurrency } =
        serviceConfig;
    const stored = cloud.store.read(serviceName(service))?.state;
    const image = imageOf(state);
    const { bucket, object } = state.buildConfig.source.storageSource;
    const source = cloud.store.read(objectName(bucket, object))?.content as string;
    storeBuild(cloud, imageName(image) as ImageName, source);
    const { secretEnvironmentVariables: secrets = [], secretVolumes: volumes = [] } = serviceConfig;
    const pathOf = ({ secret, projectId }: Inputs) => secretPath(cloud, secret, projectId ?? project);
    const inputs = {
        project,
        location,
        name: lastPart(service),
        labels: { ...labels, "goog-managed-by": "cloudfunctions" },
        ingress: ingress[ingressSettings] ?? "INGRESS_TRAFFIC_ALL",
        deletionProtection: false,
        template: {
            serviceAccount: serviceAccountEmail,
            timeout: `${timeoutSeconds ?? 60}s`,
            maxInstanceRequestConcurrency,
            scaling: {
                maxInstanceCount: serviceConfig.maxInstanceCount,
                minInstanceCount: serviceConfig.minInstanceCount,
            },
            containers: [
                {
                    name: "worker",
                    image,
                    envs: [
                        ...Object.entries(serviceConfig.environmentVariables ?? {}).map(([name, value]) => ({
                            name,
                            value,
                        })),
                        ...secrets.map(({ key, version, ...secret }: Inputs) => ({
                            name: key,
                            valueSource: { secretKeyRef: { secret: pathOf(secret), version } },
                        })),
                    ],
                    resources: { limits: limitsOf(serviceConfig) },
                    ...(volumes.length > 0 && {
                        volumeMounts: volumes.map(({ mountPath }: Inputs, index: number) => ({
                            name: volumeName(index),
                            mountPath,
                        })),
                    }),
                },
            ],
            ...(volumes.length > 0 && {
                volumes: volumes.map(({ versions, ...secret }: Inputs, index: number) => ({
                    name: volumeName(index),
                    secret: { secret: pathOf(secret), ...(versions?.length && { items: versions }) },
                })),
            }),
        },
    };
    cloud.store.write({
        name: serviceName(service),
        project,
        id: service,
        state: { ...inputs, ...runService.state?.(inputs, context, stored) },
    });
}
