import { type Cloud, type Inputs, lastPart } from "../../../simulator";
import { shareCopies, tenantProject } from "../../../simulator/services/vertex/copies";
import type { Deployed, EndpointEntry } from "../../../simulator/services/vertex/endpoints";
import { requireVersion } from "../../../simulator/services/vertex/models";
import { locationOf, pathOf } from "../../../simulator/services/vertex/names";
import type { Launch } from "../../emulator/containers/launch";
import { secondsOf } from "../pubsub/message";

/** How the container of a deployed model is run: https://cloud.google.com/vertex-ai/docs/predictions/custom-container-requirements */
export interface ModelContainer {
    launch: Launch;
    predictRoute: string;
    /** The port for gRPC, if the container has one. */
    grpcPort?: number;
    /** The fields of answers that name the model. */
    model: { model: string; modelDisplayName: string; modelVersionId: string };
}

const defaultPort = 8080;

/** In seconds. Google documents the maximum, two hours, but no default: https://cloud.google.com/vertex-ai/docs/reference/rest/v1/ModelContainerSpec */
const defaultDeploymentTimeout = 1800;

/** "Liveness checks": four attempts, 10 seconds apart; "health checks": four unhealthy answers, each within 10 seconds. */
const checks = { periodSeconds: 10, timeoutSeconds: 10, failureThreshold: 4 };

/** https://github.com/GoogleCloudPlatform/vertex-ai-samples/issues/3485, where an address of the logs follows. */
const neverReady =
    "Model server never became ready. Please validate that your model file or container configuration are valid.";

/** https://github.com/GoogleCloudPlatform/vertex-ai-samples/issues/3443 */
const exitedUnexpectedly = "Model server exited unexpectedly.";

export function modelContainer(cloud: Cloud, endpoint: EndpointEntry, deployed: Deployed): ModelContainer {
    const path = pathOf(deployed.model, cloud);
    const [model, version] = requireVersion(cloud, `${path}@${deployed.modelVersionId}`);
    const spec: Inputs = version.content.containerSpec;
    const endpointId = lastPart(endpoint.id);
    const own = `/v1/endpoints/${endpointId}/deployedModels/${deployed.id}`;
    const { predictRoute = `${own}:predict`, healthRoute = own } = spec;
    const { startupProbe, healthProbe, livenessProbe } = spec;
    const port: number = spec.ports?.[0]?.containerPort ?? defaultPort;
    const { machineType, acceleratorType } = deployed.dedicatedResources?.machineSpec ?? {};
    const project = tenantProject(endpoint.id);
    // "If the server is ready to handle inference requests, respond […] with status code 200 OK."
    const httpGet = { path: healthRoute, port, status: 200 };
    const timeout = secondsOf(spec.deploymentTimeout) ?? defaultDeploymentTimeout;
    const grpcPort: number | undefined = spec.grpcPorts?.[0]?.containerPort;
    const withPort = (probe: Inputs | undefined) => probe && probeAt(probe, port, grpcPort);
    const health = withPort(healthProbe) ?? { httpGet, ...checks };
    const { folder, image } = version.copies;
    // https://cloud.google.com/vertex-ai/docs/general/custom-service-account
    const serviceAccount = deployed.serviceAccount || `custom-online-prediction@${project}.iam.gserviceaccount.com`;
    shareCopies(cloud, model.id, serviceAccount);
    return {
        predictRoute,
        ...(grpcPort && { grpcPort }),
        model: {
            model: deployed.model,
            modelDisplayName: model.state.displayName,
            modelVersionId: deployed.modelVersionId,
        },
        launch: {
            title: `${endpointId}/${deployed.id}`,
            name: `vertex-${endpointId}-${deployed.id}`,
            project,
            region: locationOf(endpoint.id),
            template: {
                serviceAccount,
                containers: [
                    {
                        name: "model",
                        image,
                        commands: spec.command,
                        args: spec.args,
                        envs: spec.env,
                        ports: { containerPort: port },
                        ...(grpcPort && { morePorts: [grpcPort] }),
                        sharedMemory: spec.sharedMemorySizeMb && Number(spec.sharedMemorySizeMb) * 2 ** 20,
                        // "If startup probe is provided, health checks aren't performed until startup probe succeeds."
                        startupProbe: [
                            ...(startupProbe ? [withPort(startupProbe)] : []),
                            { ...health, failureThreshold: Math.ceil(timeout / (health.periodSeconds ?? 10)) },
                        ],
                        readinessProbe: health,
                        livenessProbe: withPort(livenessProbe) ?? { tcpSocket: { port }, ...checks },
                    },
                ],
            },
            variables: {
                ...(acceleratorType && { AIP_ACCELERATOR_TYPE: acceleratorType }),
                AIP_DEPLOYED_MODEL_ID: deployed.id,
                AIP_ENDPOINT_ID: endpointId,
                AIP_FRAMEWORK: "CUSTOM_CONTAINER",
                AIP_HEALTH_ROUTE: healthRoute,
                ...(machineType && { AIP_MACHINE_TYPE: machineType }),
                AIP_MODE: "PREDICTION",
                AIP_MODE_VERSION: "1.0.0",
                AIP_MODEL_NAME: endpointId,
                AIP_PREDICT_ROUTE: predictRoute,
                AIP_PROJECT_NUMBER: cloud.projects.number(endpoint.project),
                AIP_STORAGE_URI: folder ?? "",
                AIP_VERSION_NAME: deployed.id,
            },
            portVariable: "AIP_HTTP_PORT",
            expandsVariables: true,
            unhealthy: neverReady,
            exited: exitedUnexpectedly,
            kind: "service",
        },
    };
}

/** A probe of the container spec, by default at the port of predictions: https://cloud.google.com/vertex-ai/docs/reference/rest/v1/ModelContainerSpec#probe */
function probeAt({ httpGet, tcpSocket, grpc, ...probe }: Inputs, port: number, grpcPort = port): Inputs {
    return {
        ...probe,
        ...(httpGet && { httpGet: { port, ...httpGet } }),
        ...(tcpSocket && { tcpSocket: { port, ...tcpSocket } }),
        ...(grpc && { grpc: { port: grpcPort, ...grpc } }),
    };
}
