import { cloudRunLimits, memoryOfCpus, nameFormats } from "slipway/facts";
import { GoogleError } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import type { Context, Inputs } from "../../rules/rules";
import { findNetwork, findSubnetwork } from "../compute";
import { findConnector } from "../vpcaccess";

const violation = (field: string, reason: string) =>
    new GoogleError(400, `Violation in CreateServiceRequest.service.${field}: ${reason}`);

/** "Container runtime contract": reserved environment variables. */
const reserved = ["PORT", "K_SERVICE", "K_REVISION", "K_CONFIGURATION"];

const limits = cloudRunLimits.rows;
const [maxVariables, maxVariableBytes] = [limits.variables.max, limits.variable.max];

function verifyVariables(container: Inputs, index: number): void {
    const { envs = [] } = container;
    const field = `template.containers[${index}].env`;
    const taken = envs.map(({ name }: Inputs) => name).filter((name: string) => reserved.includes(name));
    if (taken.length > 0) {
        throw new GoogleError(
            400,
            `${field}: The following reserved env names were provided: ${taken.join(", ")}. These values are automatically set by the system.`,
        );
    }
    if (envs.length > maxVariables) {
        throw violation(field, `At most ${maxVariables} environment variables are allowed.`);
    }
    const long = envs.find(({ value = "" }: Inputs) => Buffer.byteLength(value) > maxVariableBytes);
    if (long) {
        throw violation(`${field}.${long.name}`, `The value must not be longer than ${maxVariableBytes} bytes.`);
    }
}

const units: Record<string, number> = {
    k: 1000 / 2 ** 20,
    Ki: 1 / 1024,
    M: 1e6 / 2 ** 20,
    Mi: 1,
    G: 1e9 / 2 ** 20,
    Gi: 1024,
};

const mebibytes = (memory: string) => Number.parseFloat(memory) * (units[memory.replace(/^[\d.]+/, "")] ?? 2 ** -20);
const processors = (cpu: string) => (cpu.endsWith("m") ? Number(cpu.slice(0, -1)) / 1000 : Number(cpu));

/** "Configure CPU limits for services": less than 1, or 1, 2, 4, 6 or 8 CPUs, with the allowed memory for each. */
function verifyResources(container: Inputs, index: number, concurrency: number): void {
    const { cpu = "1000m", memory = "512Mi" } = container.resources?.limits ?? {};
    const field = `template.containers[${index}].resources.limits`;
    const [count, size] = [processors(String(cpu)), mebibytes(String(memory))];
    if (!(count >= 0.08 && count <= 1) && ![2, 4, 6, 8].includes(count)) {
        throw new GoogleError(400, `${field}.cpu: Invalid value specified for cpu. Must be 0.08 to 1, 2, 4, 6 or 8.`);
    }
    const { min, max } = memoryOfCpus(count) ?? limits.memory;
    if (!(size >= min && size <= max)) {
        throw new GoogleError(
            400,
            `${field}.memory: Invalid value specified for container memory. For ${count} CPU, memory must be between ${min}Mi and ${max}Mi inclusive.`,
        );
    }
    if (count < 1 && concurrency > 1) {
        throw new GoogleError(
            400,
            `${field}.cpu: Invalid value specified for cpu. Total cpu < 1 is not supported with concurrency > 1.`,
        );
    }
}

/** The egress of a service: through existing connectors or subnetworks. */
function verifyEgress(
    vpcAccess: Inputs | undefined,
    place: { project: string; region: string },
    { cloud }: Context,
): void {
    if (!vpcAccess) {
        return;
    }
    const { connector, networkInterfaces } = vpcAccess;
    if (!connector && !networkInterfaces?.length) {
        throw violation(
            "template.vpc_access.connector",
            "one and only one of connector and network_interfaces must be set.",
        );
    }
    if (connector && findConnector(cloud, connector, place)?.state.state !== "READY") {
        throw new GoogleError(
            400,
            `VPC connector ${connector} does not exist, or Cloud Run does not have permission to use it.`,
        );
    }
    for (const { network, subnetwork } of networkInterfaces ?? []) {
        if (network && !findNetwork(cloud, network, place.project)) {
            throw new GoogleError(400, `VPC network ${network} could not be found.`);
        }
        if ((subnetwork || network) && !findSubnetwork(cloud, subnetwork ?? network, place)) {
            throw new GoogleError(
                400,
                `VPC subnetwork ${subnetwork ?? network} could not be found in ${place.region}.`,
            );
        }
    }
}

/** "Cloud Run quotas and limits", and the pages of each setting. */
export function verify(inputs: Inputs, context: Context): void {
    const { project, location, name, template } = inputs;
    if (!isRegion(location)) {
        throw new GoogleError(400, `Location ${location} is not found or access is unauthorized.`);
    }
    if (!nameFormats.rows.cloudRunService.pattern.test(name)) {
        throw new GoogleError(
            400,
            "Violation in CreateServiceRequest.service_id: only lowercase, digits, and hyphens; must begin with letter, and cannot end with hyphen; must be less than 50 characters",
        );
    }
    const {
        containers = [],
        serviceAccount,
        maxInstanceRequestConcurrency = 80,
        timeout = "300s",
        scaling = {},
    } = template;
    if (containers.length < limits.containers.min || containers.length > limits.containers.max) {
        throw violation(
            "template.containers",
            `must have ${limits.containers.min} to ${limits.containers.max} containers.`,
        );
    }
    if (maxInstanceRequestConcurrency > limits.concurrency.max || maxInstanceRequestConcurrency < 0) {
        throw violation(
            "template.max_instance_request_concurrency",
            `must be between 0 and ${limits.concurrency.max}.`,
        );
    }
    if (!(Number.parseFloat(timeout) > 0 && Number.parseFloat(timeout) <= limits.timeout.max)) {
        throw violation("template.timeout", `must be between ${limits.timeout.min} and ${limits.timeout.max} seconds.`);
    }
    if (scaling.maxInstanceCount && scaling.minInstanceCount > scaling.maxInstanceCount) {
        throw violation("template.scaling", "min_instance_count must not be greater than max_instance_count.");
    }
    for (const [index, container] of containers.entries()) {
        verifyVariables(container, index);
        verifyResources(container, index, maxInstanceRequestConcurrency);
    }
    const { iam, projects } = context.cloud;
    const account = serviceAccount ?? projects.defaultAccount(project);
    // For functions, the default service account might not exist yet.
    if ((serviceAccount && !iam.hasAccount(serviceAccount)) || iam.isDisabled(account)) {
        throw new GoogleError(
            403,
            `Permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`,
        ).recordedIn("https://github.com/GoogleCloudPlatform/cloud-run-release-manager/issues/81");
    }
    verifyEgress(template.vpcAccess, { project, region: location }, context);
}
