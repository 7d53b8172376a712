import type { StandardAppVersionArgs } from "@pulumi/gcp/appengine/standardAppVersion";
import type * as pulumi from "@pulumi/pulumi";
import { inSeconds } from "../../internal/duration";
import type { DecidedStandard } from "./decided";
import { trimmed } from "./handlerProblems";
import { type Handler, isStatic, type StaticHandler } from "./handlers";
import { latencyInSeconds } from "./latency";
import type { DecidedScaling } from "./scaling";
import { bundledOf, inboundOf } from "./services";

/** A file that was uploaded. */
export interface DeployedFile {
    /** Its path in the source. */
    name: string;
    sha1Sum: string;
    sourceUrl: pulumi.Input<string>;
}

/** What a version stands on. */
export interface StandardParts {
    account: { email: pulumi.Input<string> };
    files: DeployedFile[];
    environment: Record<string, pulumi.Input<string>>;
    /** The id of the connector, of a service with a network. */
    connector?: pulumi.Input<string>;
}

/** A version as the API takes it, but for its names. */
export function standardDefinition(
    decided: DecidedStandard,
    { account, files, environment, connector }: StandardParts,
): Omit<StandardAppVersionArgs, "versionId" | "service" | "noopOnDestroy"> {
    const inbound = inboundOf(decided.inboundServices, decided.warmup);
    return {
        runtime: decided.runtime,
        entrypoint: { shell: decided.entrypoint },
        deployment: { files },
        serviceAccount: account.email,
        envVariables: environment,
        handlers: decided.handlers.map((handler) => handlerOf(handler, decided)),
        instanceClass: decided.instanceClass,
        ...scalingOf(decided.scaling),
        inboundServices: inbound.length > 0 ? inbound : undefined,
        ...bundledOf(decided.bundledServices),
        vpcAccessConnector:
            connector === undefined ? undefined : { name: connector, egressSetting: egressOf(decided.network) },
    };
}

function scalingOf({ automatic, basic, manual }: DecidedScaling) {
    if (basic) {
        const { maxInstances, idleTimeout } = basic;
        return { basicScaling: { maxInstances, idleTimeout: inSeconds(idleTimeout) } };
    }
    if (manual) {
        return { manualScaling: { instances: manual.instances } };
    }
    const { minPendingLatency: least, maxPendingLatency: most } = automatic;
    return {
        automaticScaling: {
            maxConcurrentRequests: automatic.maxConcurrentRequests,
            minIdleInstances: automatic.minIdleInstances,
            maxIdleInstances: automatic.maxIdleInstances,
            minPendingLatency: least && latencyInSeconds(least),
            maxPendingLatency: most && latencyInSeconds(most),
            standardSchedulerSettings: {
                minInstances: automatic.minInstances,
                maxInstances: automatic.maxInstances,
                targetCpuUtilization: automatic.targetCpuUtilization,
                targetThroughputUtilization: automatic.targetThroughputUtilization,
            },
        },
    };
}

function egressOf(network: DecidedStandard["network"]): string {
    return network?.egress === "all-traffic" ? "ALL_TRAFFIC" : "PRIVATE_IP_RANGES";
}

/** A handler with all that the API would decide by itself, so that a refresh finds what was given. */
function handlerOf(handler: Handler, { defaultExpiration }: DecidedStandard) {
    const { secure = "always", redirectHttpResponseCode, login = "optional", authFailAction = "redirect" } = handler;
    const code = redirectHttpResponseCode ?? (secure === "optional" ? undefined : 301);
    return {
        urlRegex: urlOf(handler),
        securityLevel: `SECURE_${secure.toUpperCase()}`,
        redirectHttpResponseCode: code && `REDIRECT_HTTP_RESPONSE_CODE_${code}`,
        login: `LOGIN_${login.toUpperCase()}`,
        authFailAction: `AUTH_FAIL_ACTION_${authFailAction.toUpperCase()}`,
        ...(isStatic(handler)
            ? { staticFiles: staticFilesOf(handler, defaultExpiration) }
            : { script: { scriptPath: "auto" } }),
    };
}

/** A folder is, for the API, a pattern with what is behind its beginning ("app.yaml reference": static_dir). */
function urlOf({ url, staticDir }: Handler): string {
    return staticDir === undefined ? url : `${url.replace(/\/+$/, "")}/(.*)`;
}

function staticFilesOf(handler: StaticHandler, defaultExpiration: DecidedStandard["defaultExpiration"]) {
    const { staticDir, staticFiles, upload, expiration = defaultExpiration } = handler;
    const files =
        staticDir === undefined
            ? { path: staticFiles, uploadPathRegex: upload }
            : { path: `${trimmed(staticDir)}/\\1`, uploadPathRegex: `${trimmed(staticDir)}/.*` };
    return {
        ...files,
        expiration: expiration && inSeconds(expiration),
        httpHeaders: handler.httpHeaders,
        mimeType: handler.mimeType,
        requireMatchingFile: handler.requireMatchingFile ?? false,
        applicationReadable: handler.applicationReadable ?? false,
    };
}
