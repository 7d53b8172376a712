import type { StandardAppVersionArgs } from "@pulumi/gcp/appengine/standardAppVersion";
import type * as pulumi from "@pulumi/pulumi";
import { inSeconds } from "../../internal/duration";
import { type Handler, isStatic, normalizePath, type StaticHandler } from "./handlers";
import { latencyArg } from "./latency";
import type { ResolvedStandardService } from "./resolveArgs";
import type { ResolvedScaling } from "./scaling";
import { bundledServiceArgs, inboundServiceNames } from "./services";

/** An uploaded file. */
export interface DeployedFile {
    /** The path in the source. */
    name: string;
    sha1Sum: string;
    sourceUrl: pulumi.Input<string>;
}

/** The resources and values that a version refers to. */
export interface StandardParts {
    account: { email: pulumi.Input<string> };
    files: DeployedFile[];
    env: Record<string, pulumi.Input<string>>;
    /** The id of the Serverless VPC Access connector, if the service has a network. */
    connector?: pulumi.Input<string>;
}

/** The arguments of the version resource, except its names. */
export function standardDefinition(
    service: ResolvedStandardService,
    { account, files, env, connector }: StandardParts,
): Omit<StandardAppVersionArgs, "versionId" | "service" | "noopOnDestroy"> {
    const inbound = inboundServiceNames(service.inboundServices, service.warmup);
    return {
        runtime: service.runtime,
        entrypoint: { shell: service.entrypoint },
        deployment: { files },
        serviceAccount: account.email,
        envVariables: env,
        handlers: service.handlers.map((handler) => handlerArgs(handler, service)),
        instanceClass: service.instanceClass,
        ...scalingArgs(service.scaling),
        inboundServices: inbound.length > 0 ? inbound : undefined,
        ...bundledServiceArgs(service.bundledServices),
        vpcAccessConnector:
            connector === undefined ? undefined : { name: connector, egressSetting: egressSetting(service.network) },
    };
}

function scalingArgs({ automatic, basic, manual }: ResolvedScaling) {
    if (basic) {
        return { basicScaling: { maxInstances: basic.max, idleTimeout: inSeconds(basic.idleTimeout) } };
    }
    if (manual !== undefined) {
        return { manualScaling: { instances: manual } };
    }
    const { minPendingLatency: minLatency, maxPendingLatency: maxLatency } = automatic;
    return {
        automaticScaling: {
            maxConcurrentRequests: automatic.concurrency,
            minIdleInstances: automatic.minIdle,
            maxIdleInstances: automatic.maxIdle,
            minPendingLatency: minLatency && latencyArg(minLatency),
            maxPendingLatency: maxLatency && latencyArg(maxLatency),
            standardSchedulerSettings: {
                minInstances: automatic.min,
                maxInstances: automatic.max,
                targetCpuUtilization: automatic.cpu / 100,
                targetThroughputUtilization: automatic.throughput / 100,
            },
        },
    };
}

function egressSetting(network: ResolvedStandardService["network"]): string {
    return network?.egress === "all-traffic" ? "ALL_TRAFFIC" : "PRIVATE_IP_RANGES";
}

/** The arguments of a handler, with every default of the API, so that a refresh shows no difference. */
function handlerArgs(handler: Handler, { defaultExpiration }: ResolvedStandardService) {
    const { secure = "always", redirectHttpResponseCode, login = "optional", authFailAction = "redirect" } = handler;
    const code = redirectHttpResponseCode ?? (secure === "optional" ? undefined : 301);
    return {
        urlRegex: urlRegex(handler),
        securityLevel: `SECURE_${secure.toUpperCase()}`,
        redirectHttpResponseCode: code && `REDIRECT_HTTP_RESPONSE_CODE_${code}`,
        login: `LOGIN_${login.toUpperCase()}`,
        authFailAction: `AUTH_FAIL_ACTION_${authFailAction.toUpperCase()}`,
        ...(isStatic(handler)
            ? { staticFiles: staticFilesArgs(handler, defaultExpiration) }
            : { script: { scriptPath: "auto" } }),
    };
}

/** The API expresses {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml static_dir} as a pattern. */
function urlRegex({ url, staticDir }: Handler): string {
    return staticDir === undefined ? url : `${url.replace(/\/+$/, "")}/(.*)`;
}

function staticFilesArgs(handler: StaticHandler, defaultExpiration: ResolvedStandardService["defaultExpiration"]) {
    const { staticDir, staticFiles, upload, expiration = defaultExpiration } = handler;
    const files =
        staticDir === undefined
            ? { path: staticFiles, uploadPathRegex: upload }
            : { path: `${normalizePath(staticDir)}/\\1`, uploadPathRegex: `${normalizePath(staticDir)}/.*` };
    return {
        ...files,
        expiration: expiration && inSeconds(expiration),
        httpHeaders: handler.httpHeaders,
        mimeType: handler.mimeType,
        requireMatchingFile: handler.requireMatchingFile ?? false,
        applicationReadable: handler.applicationReadable ?? false,
    };
}
