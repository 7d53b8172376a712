import { cloudRunLimits, nameFormats } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import { isAllowed, targetOf } from "../../cloud/access";
import type { Cloud } from "../../cloud/cloud";
import { keyLocation } from "../../cloud/encryption";
import { GoogleError } from "../../cloud/errors";
import { accountName } from "../../cloud/iam";
import { qualifiedName } from "../../cloud/kubernetesNames";
import { isRegion } from "../../cloud/regions";
import type { Context, Inputs } from "../../rules/rules";
import { verifyContainers } from "./container";
import { agentOf, verifyEgress } from "./egress";
import { type Checked, invalid, violation } from "./kind";
import { verifyResources } from "./resources";
import { verifyVolumes } from "./volumes";

/** The API of policies for images, with its title. */
export const binaryAuthorizationApi: [string, string] = [
    "binaryauthorization.googleapis.com",
    "Binary Authorization API",
];

/** The account exists, and the service agent may get its tokens, also if it belongs to another project. */
function verifyAccount({ kind, inputs }: Checked, cloud: Cloud): void {
    const { iam, projects } = cloud;
    const account = kind.template(inputs).serviceAccount ?? projects.defaultAccount(inputs.project);
    if (!iam.hasAccount(account) || iam.isDisabled(account)) {
        throw new GoogleError(
            403,
            `Permission 'iam.serviceaccounts.actAs' denied on service account ${account} (or it may not exist).`,
        ).recordedIn("https://github.com/GoogleCloudPlatform/cloud-run-release-manager/issues/81");
    }
    const agent = agentOf(cloud, inputs.project);
    const target = targetOf(cloud, iam.projectOfAccount(account) ?? "", accountName(account));
    if (!isAllowed(cloud, agent, "iam.serviceAccounts.getAccessToken", target)) {
        throw new GoogleError(
            403,
            `Google Cloud Run Service Agent does not have permission to get access tokens for the service account ${account}. Please give ${agent} permission iam.serviceAccounts.getAccessToken on the service account. Alternatively, if the service account is unspecified or in the same project you are deploying in, ensure that the Service Agent is assigned the Google Cloud Run Service Agent role roles/run.serviceAgent.`,
        ).recordedIn("https://github.com/GoogleCloudPlatform/terraform-google-cloud-run/issues/28");
    }
}

const durationOf = (text: string) => Number.parseFloat(text);

/** https://cloud.google.com/run/docs/securing/using-cmek */
function verifyKey(checked: Checked): void {
    const { kind, inputs } = checked;
    const { encryptionKey, encryptionKeyRevocationAction, encryptionKeyShutdownDuration } = kind.template(inputs);
    const field = `${kind.path}.encryption_key`;
    if (!encryptionKey) {
        const set = Object.entries({ encryptionKeyRevocationAction, encryptionKeyShutdownDuration });
        if (set.some(([, value]) => value)) {
            throw violation(checked, `${field}_revocation_action`, "encryption_key must be set if this field is set.");
        }
        return;
    }
    const hours = durationOf(encryptionKeyShutdownDuration ?? "0s") / 3600;
    if (!Number.isInteger(hours)) {
        throw violation(checked, `${field}_shutdown_duration`, "must be a multiple of one hour.");
    }
    const location = keyLocation(encryptionKey);
    if (location === undefined) {
        const form = "projects/{project}/locations/{location}/keyRings/{keyRing}/cryptoKeys/{cryptoKey}";
        throw violation(checked, field, `must conform to ${form}.`);
    }
    // "The key and the service must be in the same region", or the key in its multi-region or global.
    if (location !== inputs.location) {
        throw violation(checked, field, `the key must be in the region ${inputs.location}, but is in ${location}.`);
    }
}

/** The timeout of requests or tasks, from one second. */
export function verifyTimeout(checked: Checked, timeout: string, max: number, longest: string): void {
    if (!(durationOf(timeout) >= 1 && durationOf(timeout) <= max)) {
        const rule = `must be at least one second, and the maximum allowed time is ${longest}.`;
        throw violation(checked, `${checked.kind.path}.timeout`, rule);
    }
}

/**
 * Numbers of instances, of a revision or of the whole resource.
 *
 * @param before the numbers until now: the provider sends a manual count again that the program does not have anymore
 */
export function verifyScaling(checked: Checked, scaling: Inputs = {}, field: string, before: Inputs = {}): void {
    const { minInstanceCount, maxInstanceCount, manualInstanceCount, scalingMode } = scaling;
    const counts = Object.entries({
        min_instance_count: minInstanceCount,
        max_instance_count: maxInstanceCount,
        manual_instance_count: manualInstanceCount,
    });
    const negative = counts.find(([, count]) => count < 0);
    if (negative) {
        throw violation(checked, `${field}.${negative[0]}`, "must be greater than or equal to zero.");
    }
    if (maxInstanceCount && minInstanceCount > maxInstanceCount) {
        const rule = "must be greater than or equal to min_instance_count.";
        throw violation(checked, `${field}.max_instance_count`, rule);
    }
    const isSet = manualInstanceCount && manualInstanceCount !== before.manualInstanceCount;
    if (isSet && scalingMode !== "MANUAL" && checked.kind.field === "service") {
        const rule = "scaling mode must be set to MANUAL to set a manual instance count.";
        throw violation(checked, `${field}.manual_instance_count`, rule);
    }
}

/**
 * The shares of CPU and of requests from which on a service starts instances; 0 disables one of them.
 * https://cloud.google.com/run/docs/reference/rest/v2/RevisionScaling
 */
export function verifyUtilization(checked: Checked, { cpuUtilization, concurrencyUtilization }: Inputs = {}): void {
    const shares: [name: string, share: number | undefined, max: number][] = [
        ["cpu_utilization", cpuUtilization, 0.9],
        ["concurrency_utilization", concurrencyUtilization, 0.95],
    ];
    for (const [name, share, max] of shares) {
        if (share && !(share >= 0.1 && share <= max)) {
            throw violation(checked, `template.scaling.${name}`, `must be 0 or between 0.1 and ${max}.`);
        }
    }
    if (cpuUtilization === 0 && concurrencyUtilization === 0) {
        throw violation(checked, "template.scaling", "CPU and concurrency scaling cannot both be disabled.");
    }
}

/** Revisions of a service have its name as a prefix: https://github.com/hashicorp/terraform-provider-google/pull/6491 */
function verifyRevisionName(checked: Checked): void {
    const { kind, inputs } = checked;
    const { revision } = kind.template(inputs);
    const { max } = cloudRunLimits.rows.revisionName;
    const field = `${kind.path}.revision`;
    if (revision && !revision.startsWith(`${inputs.name}-`)) {
        throw violation(
            checked,
            field,
            "The revision name must be prefixed by the name of the enclosing Service or Configuration with a trailing -",
        );
    }
    if (revision && (revision.length > max || !/^[a-z](?:[a-z\d-]*[a-z\d])$/.test(revision))) {
        const rule = `Resource name must use only lowercase letters, numbers and '-'. Must begin with a letter and cannot end with a '-'. Maximum length is ${max} characters.`;
        throw violation(checked, field, rule);
    }
}

const stages = ["ALPHA", "BETA", "GA"];

/** Labels and annotations of Google's own: https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services */
const system = /^(?:run|cloud)\.googleapis\.com\/|^(?:serving|autoscaling)\.knative\.dev\//;

function verifyMetadata(checked: Checked): void {
    const { kind, inputs } = checked;
    for (const [field, values] of [
        ["annotations", inputs.annotations],
        ["labels", inputs.labels],
        [`${kind.path}.annotations`, kind.template(inputs).annotations],
        [`${kind.path}.labels`, kind.template(inputs).labels],
    ]) {
        const taken = Object.keys(values ?? {}).find((name) => system.test(name));
        if (taken !== undefined) {
            throw violation(checked, field, `system annotations are not supported: ${taken}.`);
        }
        const wrong =
            field.endsWith("annotations") && Object.keys(values ?? {}).find((name) => !qualifiedName.test(name));
        if (wrong) {
            throw violation(checked, field, `"${wrong}" is not a valid name of an annotation.`);
        }
    }
}

/**
 * What services, jobs and worker pools have in common: "Cloud Run quotas and limits", and the pages of each setting. Services of several
 * regions are global: https://cloud.google.com/run/docs/multiple-regions
 */
export function verifyCommon(checked: Checked, context: Context): void {
    const { kind, inputs } = checked;
    const { location, name, launchStage = "GA", description = "", binaryAuthorization, project } = inputs;
    const regions: string[] = (location === "global" && inputs.multiRegionSettings?.regions) || [];
    if (!(regions.length > 0 ? regions.every((each) => isRegion(each)) : isRegion(location))) {
        throw new GoogleError(400, `Location ${location} is not found or access is unauthorized.`);
    }
    if (!nameFormats.rows.cloudRunService.pattern.test(name)) {
        throw new GoogleError(
            400,
            `Violation in Create${kind.request}Request.${kind.field}_id: only lowercase, digits, and hyphens; must begin with letter, and cannot end with hyphen; must be less than 50 characters`,
        );
    }
    if (!stages.includes(launchStage)) {
        throw violation(checked, "launch_stage", "only ALPHA, BETA, GA, or unspecified are supported.");
    }
    // https://cloud.google.com/run/docs/reference/rest/v2/projects.locations.services#resource:-service
    if (description.length > 512) {
        throw violation(checked, "description", "must have at most 512 characters.");
    }
    verifyMetadata(checked);
    verifyRevisionName(checked);
    const { executionEnvironment } = kind.template(inputs);
    if (kind.field !== "service" && executionEnvironment === "EXECUTION_ENVIRONMENT_GEN1") {
        // https://github.com/hashicorp/terraform-provider-google/issues/16766
        throw invalid(
            "template.annotations",
            "Annotation 'run.googleapis.com/execution-environment' with value 'gen1' is not supported on resources of kind Execution.",
        );
    }
    verifyContainers(checked);
    verifyResources(checked);
    verifyVolumes(checked);
    verifyKey(checked);
    if (binaryAuthorization) {
        const { breakglassJustification, useDefault, policy } = binaryAuthorization;
        if (breakglassJustification && !useDefault && !policy) {
            const rule = "must be empty if Binary Authorization is disabled.";
            throw violation(checked, "binary_authorization.breakglass_justification", rule);
        }
        context.cloud.projects.requireApi(project, ...binaryAuthorizationApi);
    }
    verifyAccount(checked, context.cloud);
    verifyEgress(checked, context);
}

/** The limits of requests to a service. */
export function verifyRequests(checked: Checked): void {
    const { maxInstanceRequestConcurrency = 0, timeout = "300s" } = checked.kind.template(checked.inputs);
    const { concurrency, timeout: longest } = cloudRunLimits.rows;
    if (maxInstanceRequestConcurrency < 0 || maxInstanceRequestConcurrency > concurrency.max) {
        const rule = `Must be a number between 0 and ${concurrency.max}.`;
        throw violation(checked, "template.max_instance_request_concurrency", rule);
    }
    verifyTimeout(checked, timeout, secondsIn(longest.max), "one hour");
}
