/** What the provider fills in of a service. */
export const defaults = {
    deletionProtection: true,
    "template.containers.envs.value": "",
    "template.containers.livenessProbe.failureThreshold": 3,
    "template.containers.livenessProbe.httpGet.httpHeaders.value": "",
    "template.containers.livenessProbe.httpGet.path": "/",
    "template.containers.livenessProbe.initialDelaySeconds": 0,
    "template.containers.livenessProbe.periodSeconds": 10,
    "template.containers.livenessProbe.timeoutSeconds": 1,
    "template.containers.startupProbe.failureThreshold": 3,
    "template.containers.startupProbe.httpGet.httpHeaders.value": "",
    "template.containers.startupProbe.httpGet.path": "/",
    "template.containers.startupProbe.initialDelaySeconds": 0,
    "template.containers.startupProbe.periodSeconds": 10,
    "template.containers.startupProbe.timeoutSeconds": 1,
    "template.sandboxes.templates.envs.value": "",
    "template.volumes.emptyDir.medium": "MEMORY",
};

export const values = {
    ingress: ["INGRESS_TRAFFIC_ALL", "INGRESS_TRAFFIC_INTERNAL_ONLY", "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER"],
    launchStage: ["UNIMPLEMENTED", "PRELAUNCH", "EARLY_ACCESS", "ALPHA", "BETA", "GA", "DEPRECATED"],
    "scaling.scalingMode": ["AUTOMATIC", "MANUAL"],
    "template.executionEnvironment": ["EXECUTION_ENVIRONMENT_GEN1", "EXECUTION_ENVIRONMENT_GEN2"],
    "template.volumes.emptyDir.medium": ["MEMORY", "DISK"],
    "template.vpcAccess.egress": ["ALL_TRAFFIC", "PRIVATE_RANGES_ONLY"],
    "traffics.type": ["TRAFFIC_TARGET_ALLOCATION_TYPE_LATEST", "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION"],
};

export const sets = [
    "template.containers.envs",
    "template.sandboxes.templates.envs",
    "template.volumes.cloudSqlInstance.instances",
];

const condition = [
    "executionReason",
    "lastTransitionTime",
    "message",
    "reason",
    "revisionReason",
    "severity",
    "state",
    "type",
];

const inBlocks: Record<string, string[]> = {
    buildConfig: ["name"],
    conditions: condition,
    multiRegionSettings: ["multiRegionId"],
    scaling: ["manualInstanceCount", "maxInstanceCount", "minInstanceCount"],
    "template.containers": ["buildInfos", "ports", "resources", "startupProbe"],
    "template.containers.buildInfos": ["functionTarget", "sourceLocation"],
    "template.containers.livenessProbe.grpc": ["port"],
    "template.containers.livenessProbe.httpGet": ["port"],
    "template.containers.ports": ["name"],
    "template.containers.readinessProbe": ["failureThreshold", "periodSeconds", "successThreshold", "timeoutSeconds"],
    "template.containers.readinessProbe.grpc": ["port"],
    "template.containers.readinessProbe.httpGet": ["path", "port"],
    "template.containers.resources": ["limits"],
    "template.containers.startupProbe.grpc": ["port"],
    "template.containers.startupProbe.httpGet": ["port"],
    "template.containers.startupProbe.tcpSocket": ["port"],
    template: ["maxInstanceRequestConcurrency", "scaling", "serviceAccount", "timeout"],
    "template.scaling": ["maxInstanceCount"],
    "template.vpcAccess": ["egress"],
    "template.vpcAccess.networkInterfaces": ["network", "subnetwork"],
    terminalConditions: condition,
    trafficStatuses: ["percent", "revision", "tag", "type", "uri"],
    traffics: ["percent"],
};

/** What the server sets inside of the blocks of a service. */
export const computed = Object.entries(inBlocks).flatMap(([block, properties]) =>
    properties.map((property) => `${block}.${property}`),
);
