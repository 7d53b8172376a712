import { request } from "node:http";
import { request as requestHttps } from "node:https";
import { text } from "node:stream/consumers";
import { type Cloud, type Entry, type Inputs, lastPart } from "../../../simulator";
import { secondsOf } from "../../../simulator/services/monitoring/evaluation/aggregation";
import type { Router } from "../../emulator/routes";
import type { Terminal } from "../../emulator/terminal";
import type { LoadBalancers } from "../compute/loadBalancing/loadBalancers";
import type { Reading, Recorder } from "./recorder";

/** The checkers of each region: https://docs.cloud.google.com/monitoring/uptime-checks/introduction */
const checkers: Record<string, string[]> = {
    USA_OREGON: ["usa-oregon"],
    USA_IOWA: ["usa-iowa"],
    USA_VIRGINIA: ["usa-virginia"],
    EUROPE: ["eur-belgium"],
    SOUTH_AMERICA: ["sa-brazil-sao_paulo"],
    ASIA_PACIFIC: ["apac-singapore"],
};

/** Where a check is sent on this machine: an address, and the host that it asks for. */
interface Target {
    url: URL;
    host: string;
}

/** Runs the uptime checks of HTTP against what is served on this machine. */
export class UptimeChecks {
    private readonly results: Reading[] = [];
    private minutes = 0;

    constructor(
        private readonly cloud: Cloud,
        private readonly router: Router,
        private readonly loadBalancers: LoadBalancers,
        private readonly terminal: Terminal,
        recorder: Recorder,
    ) {
        recorder.read(() => this.results.splice(0));
    }

    /** Starts the checks that are due in a minute. Their results are recorded when they end. */
    endMinute(): void {
        this.minutes += 1;
        for (const entry of this.cloud.store.list("//monitoring.googleapis.com/", "uptimeCheckConfigs")) {
            if (this.minutes % Math.round(secondsOf(String(entry.state.period)) / 60) === 0) {
                void this.check(entry);
            }
        }
    }

    private async check({ project, state }: Entry): Promise<void> {
        const { monitoredResource, httpCheck, displayName, selectedRegions = [] }: Inputs = state;
        const target = httpCheck && this.targetOf(monitoredResource, httpCheck);
        if (!target) {
            this.terminal.logOnce(`uptime check ${displayName}: nothing on this machine answers for it`);
            return;
        }
        const began = performance.now();
        const failure = await failureOf(target, state).catch((error: Error) => error.message);
        const took = performance.now() - began;
        if (failure !== undefined) {
            this.terminal.log(`uptime check ${displayName}: ${failure}`);
        }
        const { type, labels } = monitoredResource as Inputs;
        const regions: string[] = selectedRegions.length > 0 ? selectedRegions : Object.keys(checkers);
        const all = regions.flatMap((region) =>
            region === "USA" ? ["USA_OREGON", "USA_IOWA", "USA_VIRGINIA"] : [region],
        );
        for (const checker_location of all.flatMap((region) => checkers[region] ?? [])) {
            const measured = {
                project,
                resource: { type, labels },
                labels: { check_id: String(state.uptimeCheckId), checker_location },
            };
            this.results.push(
                {
                    ...measured,
                    metric: "monitoring.googleapis.com/uptime_check/check_passed",
                    value: failure === undefined ? 1 : 0,
                },
                { ...measured, metric: "monitoring.googleapis.com/uptime_check/request_latency", value: took },
            );
        }
    }

    /** The address of a Cloud Run service, of an App Engine service, or of a load balancer for a host. */
    private targetOf({ type, labels }: Inputs, { path = "/" }: Inputs): Target | undefined {
        if (type === "cloud_run_revision") {
            const services = this.cloud.store.list("//run.googleapis.com/", "services");
            const service = services.find(
                ({ id }) => lastPart(id) === labels.service_name && id.includes(`/locations/${labels.location}/`),
            );
            const address = service && this.router.addressOf(service);
            return address ? { url: new URL(path, address), host: new URL(address).host } : undefined;
        }
        const { host } = labels;
        const { target } = this.router.find(`https://${host}${path}`);
        if (target !== undefined) {
            return { url: new URL(target), host };
        }
        const balancer = this.loadBalancers.addressOf(host);
        return balancer === undefined ? undefined : { url: new URL(path, balancer), host };
    }
}

/** Why a check fails; undefined if it passes. */
async function failureOf(
    { url, host }: Target,
    { httpCheck, timeout, contentMatchers = [] }: Inputs,
): Promise<string | undefined> {
    const { requestMethod = "GET", headers = {}, body, acceptedResponseStatusCodes = [] }: Inputs = httpCheck;
    const milliseconds = secondsOf(timeout) * 1000;
    const answer = await new Promise<{ status: number; content: string }>((resolve, reject) => {
        const send = url.protocol === "https:" ? requestHttps : request;
        const method = requestMethod === "POST" ? "POST" : "GET";
        const sent = send(
            url,
            // https://docs.cloud.google.com/monitoring/uptime-checks#ip-addresses
            {
                method,
                headers: {
                    "user-agent": "GoogleStackdriverMonitoring-UptimeChecks(https://cloud.google.com/monitoring)",
                    ...headers,
                    host,
                },
                agent: false,
                timeout: milliseconds,
            },
            (incoming) =>
                text(incoming).then((content) => resolve({ status: incoming.statusCode ?? 0, content }), reject),
        );
        sent.on("timeout", () => sent.destroy(new Error(`no answer within ${milliseconds} ms`))).on("error", reject);
        sent.end(body ? Buffer.from(body, "base64") : undefined);
    });
    return isAccepted(answer.status, acceptedResponseStatusCodes)
        ? contentFailure(answer.content, contentMatchers[0])
        : `status ${answer.status}`;
}

/** By default 2xx: https://docs.cloud.google.com/monitoring/api/ref_v3/rest/v3/projects.uptimeCheckConfigs#ResponseStatusCode */
const isAccepted = (status: number, accepted: Inputs[]): boolean =>
    accepted.length === 0
        ? status >= 200 && status < 300
        : accepted.some(
              ({ statusClass, statusValue }) =>
                  statusValue === status ||
                  statusClass === "STATUS_CLASS_ANY" ||
                  statusClass === `STATUS_CLASS_${Math.floor(status / 100)}XX`,
          );

function contentFailure(content: string, matcher: Inputs | undefined): string | undefined {
    if (!matcher) {
        return undefined;
    }
    const { content: wanted, matcher: kind = "CONTAINS_STRING" } = matcher;
    const matches: Record<string, () => boolean> = {
        CONTAINS_STRING: () => content.includes(wanted),
        NOT_CONTAINS_STRING: () => !content.includes(wanted),
        MATCHES_REGEX: () => new RegExp(wanted).test(content),
        NOT_MATCHES_REGEX: () => !new RegExp(wanted).test(content),
    };
    const isMatch = matches[kind];
    if (!isMatch) {
        throw new Error(`the matcher ${kind} is not simulated`);
    }
    return isMatch() ? undefined : `the content does not pass ${kind} ${JSON.stringify(wanted)}`;
}
