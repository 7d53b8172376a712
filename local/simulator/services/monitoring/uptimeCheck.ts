import { createHash } from "node:crypto";
import { monitoringLimits } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import { verifyDurationForm } from "../../cloud/duration";
import { GoogleError } from "../../cloud/errors";
import { regularExpressionProblem } from "../../cloud/regularExpression";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { isUserLabels } from "./alertPolicy";

const api = "monitoring.googleapis.com";

const limits = monitoringLimits.rows;

const invalid = (message: string) => new GoogleError(400, message);

/** "Uptime checks overview": the checkers of each region. */
const checkers: Record<string, number> = {
    USA: 3,
    USA_OREGON: 1,
    USA_IOWA: 1,
    USA_VIRGINIA: 1,
    EUROPE: 1,
    SOUTH_AMERICA: 1,
    ASIA_PACIFIC: 1,
};

/** Monitored resources of checks, with their labels besides `project_id`: https://cloud.google.com/monitoring/api/resources */
const resources: Record<string, string[]> = {
    aws_ec2_instance: ["instance_id", "aws_account", "region"],
    aws_elb_load_balancer: ["name", "aws_account", "region"],
    cloud_run_revision: ["service_name", "location"],
    gae_app: ["module_id"],
    gce_instance: ["instance_id", "zone"],
    k8s_service: ["cluster_name", "location", "namespace_name", "service_name"],
    servicedirectory_service: ["location", "namespace_name", "service_name"],
    uptime_url: ["host"],
};

/** "UptimeCheckConfig". */
function verify(inputs: Inputs): void {
    const { displayName, monitoredResource, period, timeout, selectedRegions = [], httpCheck, tcpCheck } = inputs;
    if (!displayName) {
        throw invalid("Field uptime_check_config.display_name had an invalid value: must not be empty.");
    }
    if (!["60s", "300s", "600s", "900s"].includes(period)) {
        throw invalid(
            `Field uptime_check_config.period had an invalid value of "${period}": must be 60s, 300s, 600s or 900s.`,
        );
    }
    verifyDurationForm("uptime_check_config.timeout", timeout);
    const seconds = Number.parseFloat(timeout);
    if (seconds < secondsIn(limits.uptimeTimeout.min) || seconds > secondsIn(limits.uptimeTimeout.max)) {
        throw invalid(
            `Field uptime_check_config.timeout had an invalid value of "${timeout}": must be from 1s to 60s.`,
        );
    }
    const strange = (selectedRegions as string[]).find((region) => !checkers[region]);
    if (strange !== undefined) {
        throw invalid(`Field uptime_check_config.selected_regions had an invalid value of "${strange}".`);
    }
    const all = new Set((selectedRegions as string[]).flatMap((region) => (region === "USA" ? us : [region])));
    if (selectedRegions.length > 0 && all.size < limits.uptimeLocations.min) {
        throw invalid("selected_regions must include at least three locations");
    }
    if (!isUserLabels(inputs.userLabels ?? {})) {
        throw invalid("Field uptime_check_config.user_labels had an invalid value.");
    }
    if (monitoredResource) {
        verifyResource(monitoredResource);
    }
    if (!httpCheck === !tcpCheck && !inputs.syntheticMonitor) {
        throw invalid("Exactly one of http_check and tcp_check must be set.");
    }
    if (httpCheck) {
        verifyRequest(httpCheck);
    }
    if (tcpCheck) {
        verifyPort(tcpCheck.port);
        verifyPings(tcpCheck.pingConfig);
    }
    verifyContent(inputs);
}

const us = ["USA_OREGON", "USA_IOWA", "USA_VIRGINIA"];

function verifyResource({ type, labels }: Inputs): void {
    const needed = resources[type];
    const missing = needed?.find((label) => !labels[label]);
    if (!needed || missing) {
        const what = needed ? `label ${missing} is missing` : `type ${type} is not supported`;
        throw invalid(`Field uptime_check_config.monitored_resource had an invalid value: ${what}.`);
    }
    if (type === "uptime_url" && !/^[A-Za-z0-9.-]+$/.test(labels.host)) {
        throw invalid(
            `Field uptime_check_config.monitored_resource.labels.host had an invalid value of "${labels.host}".`,
        );
    }
}

function verifyPort(port: number | undefined): void {
    if (port !== undefined && !(port >= 1 && port <= 65_535)) {
        throw invalid(`The port ${port} must be from 1 to 65535.`);
    }
}

/** "PingConfig". */
function verifyPings(ping: Inputs | undefined): void {
    const { max } = limits.uptimePings;
    if (ping?.pingsCount > max) {
        throw invalid(`The pings_count ${ping?.pingsCount} must be at most ${max}.`);
    }
}

/** "HttpCheck". */
function verifyRequest({
    requestMethod,
    body,
    contentType,
    customContentType,
    headers = {},
    port,
    authInfo,
    serviceAgentAuthentication,
    pingConfig,
}: Inputs): void {
    const isPost = requestMethod === "POST";
    const names = Object.keys(headers).map((name) => name.toLowerCase());
    if (!isPost && body) {
        throw invalid("A body must not be set if the request method is GET.");
    }
    if (
        isPost === (contentType === undefined || contentType === "TYPE_UNSPECIFIED") ||
        (isPost && names.includes("content-type"))
    ) {
        throw invalid("content_type must be set if the request method is POST, and only then, and not as a header.");
    }
    if ((contentType === "USER_PROVIDED") !== (customContentType !== undefined)) {
        throw invalid("custom_content_type must be set if content_type is USER_PROVIDED, and only then.");
    }
    if (authInfo && serviceAgentAuthentication) {
        throw invalid("auth_info and service_agent_authentication must not both be set.");
    }
    verifyPort(port);
    verifyPings(pingConfig);
    if (names.length > limits.uptimeHeaders.max) {
        throw invalid("There can be 100 headers.");
    }
    // Of the type `bytes`: https://protobuf.dev/programming-guides/json
    if (body && !/^[\w+/-]*={0,2}$/.test(body)) {
        throw invalid(
            `Invalid value at 'uptime_check_config.http_check.body' (TYPE_BYTES), Base64 decoding failed for "${body}"`,
        );
    }
    if (body && Buffer.from(body, "base64").length > limits.uptimeBody.max) {
        throw invalid("The body can have 1 MB.");
    }
}

function verifyContent({ contentMatchers = [] }: Inputs): void {
    // "Only the first entry is supported, and additional entries will be ignored."
    if (contentMatchers.length > 1) {
        throw invalid("Only one content matcher is supported.");
    }
    for (const { content, matcher = "CONTAINS_STRING", jsonPathMatcher } of contentMatchers as Inputs[]) {
        if (Buffer.byteLength(content) > limits.uptimeContent.max) {
            throw invalid(`The content can have ${limits.uptimeContent.max} bytes.`);
        }
        if (matcher.endsWith("JSON_PATH") !== (jsonPathMatcher !== undefined)) {
            throw invalid("json_path_matcher must be set for matchers of JSON paths, and only for those.");
        }
        const problem = /MATCHES_REGEX$/.test(matcher) && regularExpressionProblem(content);
        if (problem) {
            throw invalid(`Field uptime_check_config.content_matchers had an invalid value: ${problem}.`);
        }
        // https://cloud.google.com/monitoring/uptime-checks#response-data: a path begins at the root.
        if (jsonPathMatcher && !/^\$/.test(jsonPathMatcher.jsonPath)) {
            throw invalid(`Invalid JSONPath "${jsonPathMatcher.jsonPath}": it must start with "$".`);
        }
    }
}

/** The policies whose filters name the check. */
function users({ project, uptimeCheckId }: Inputs, { cloud }: Context) {
    const policies = cloud.store.list(`//${api}/projects/${project}/alertPolicies`);
    return policies.filter(({ state }) => JSON.stringify(state.conditions ?? []).includes(String(uptimeCheckId)));
}

/** An uptime check. Its password and masked headers are read as asterisks, which the provider ignores. */
export const uptimeCheck: TypeRules = {
    noun: "UptimeCheckConfig",
    generatedNoun: "MonitoringUptimeCheckConfig",
    sendsOnlyChanges: true,
    api,
    id: ({ name }) => name,
    name: ({ name }) => `//${api}/${name}`,
    verify,
    state: ({ project, displayName, monitoredResource, httpCheck }, _, old) => {
        const seed = createHash("sha256").update(`${displayName} ${process.hrtime.bigint()}`).digest("base64url");
        const slug = String(displayName)
            .toLowerCase()
            .replaceAll(/[^a-z0-9]+/g, "-")
            .slice(0, 40);
        const uptimeCheckId = old?.uptimeCheckId ?? `${slug}-${seed.slice(0, 11)}`;
        const length =
            httpCheck?.body === undefined
                ? {}
                : { "Content-Length": String(Buffer.from(httpCheck.body, "base64").length) };
        const headers = { ...length, ...httpCheck?.headers };
        const masked = Object.fromEntries(Object.keys(headers).map((name) => [name, "******"]));
        return {
            uptimeCheckId,
            name: `projects/${project}/uptimeCheckConfigs/${uptimeCheckId}`,
            checkerType: "STATIC_IP_CHECKERS",
            monitoredResource: monitoredResource && {
                ...monitoredResource,
                labels: { project_id: project, ...monitoredResource.labels },
            },
            ...(httpCheck && {
                httpCheck: {
                    port: httpCheck.useSsl ? 443 : 80,
                    ...httpCheck,
                    path: String(httpCheck.path).replace(/^(?!\/)/, "/"),
                    headers: httpCheck.maskHeaders ? masked : headers,
                },
            }),
        };
    },
    // https://github.com/hashicorp/terraform-provider-google/issues/10176
    verifyRemoval: (state, context) => {
        const [user] = users(state, context);
        if (user) {
            throw new GoogleError(
                400,
                `Cannot delete check ${state.uptimeCheckId}. One or more alerting policies is using it.. Delete the alerting policy ${user.id} first. - please ensure all associated Alert Policies are deleted.`,
            );
        }
    },
    calls: { collection: "monitoring.projects.uptimeCheckConfigs" },
};
