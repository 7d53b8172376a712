import type { StandardAppVersionArgs } from "@pulumi/gcp/appengine/standardAppVersion";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";
import type { Duration } from "../../internal/arguments/duration";
import { folder } from "../../internal/sources/files";
import type { SourceFile } from "../../internal/sources/listing";
import { environmentProblems } from "../env";
import { detectRuntime, languageOf, lifecycleWarning, type StandardRuntime, standardRuntime } from "../runtimes";
import type { DeployedFile } from "../source";
import { sizeProblems } from "../sourceFiles";
import { sourceProblems } from "../startup";
import { expiration, type Handler, handlerArgs, handlerProblems, handlers, withCatchAll } from "./handlers";
import { egressSetting, networkProblem, type StandardNetwork, standardNetwork } from "./network";
import {
    instanceClass,
    type ResolvedScaling,
    resolveScaling,
    type StandardScaling,
    scaling,
    scalingArgs,
    scalingProblems,
} from "./scaling";
import {
    type BundledService,
    bundledProblem,
    bundledServiceArgs,
    bundledServices,
    type InboundService,
    inboundServiceNames,
    inboundServices,
} from "./services";

interface StandardBase {
    /**
     * Whether the service runs in the flexible environment. The standard environment starts instances within seconds and scales to
     * zero.
     * @default false
     */
    flexible?: false;
    /**
     * The application's folder, relative to the program's working directory. Files that its `.gcloudignore` matches are left
     * out. A version has {@link https://cloud.google.com/appengine/docs/standard/how-requests-are-handled at most} 10,000
     * files, 1,000 in a folder, of 32 MB each.
     */
    source: string;
    /**
     * The {@link https://cloud.google.com/appengine/docs/standard/lifecycle/support-schedule runtime}: the language and its
     * version. A runtime whose support has ended, or ends within 90 days, causes a warning with the date.
     * @default detected from the files of the source: `main.py` python313, `package.json` nodejs22 or the version that its
     * `engines` require, `go.mod` go127 or the version that it requires, `pom.xml` java21, `index.php` php84, `Gemfile`
     * ruby34
     */
    runtime?: StandardRuntime;
    /**
     * The command that starts the application, which listens on the port in `$PORT`: `"gunicorn -b :$PORT main:app"`.
     * @default the runtime's own: Python serves `app` of `main.py`, Node.js runs the `start` script, PHP serves `index.php`
     */
    entrypoint?: string;
    /**
     * The {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml handlers} of URL paths, in this order:
     * at most 100. All require HTTPS unless `secure` allows HTTP. Unless a handler matches every path, another handler is
     * added that sends the remaining requests to the application.
     * @default all requests go to the application
     */
    handlers?: Handler[];
    /**
     * How long browsers and proxies cache the files of handlers without an `expiration`: `"0 seconds"` to `"365 days"`.
     * @default "10 minutes"
     */
    defaultExpiration?: Duration;
    /**
     * Whether a new instance receives a
     * {@link https://cloud.google.com/appengine/docs/standard/configuring-warmup-requests warmup request} to `/_ah/warmup`
     * before other requests. Minimum instances and gradual traffic migration need it.
     * @default true with `scaling.min` or `scaling.minIdle`, otherwise false
     */
    warmup?: boolean;
    /**
     * The {@link https://cloud.google.com/appengine/docs/standard/python3/services/access legacy bundled services} that the
     * application calls, by their names in app.yaml, or all of them. Node.js and Ruby have none.
     * @default none
     */
    bundledServices?: BundledService[] | "all";
    /**
     * Inbound services: mail is sent to `/_ah/mail/`, and notifications of undelivered mail to `/_ah/bounce`.
     * @default none
     */
    inboundServices?: InboundService[];
    /**
     * The VPC network that the application can reach.
     * @default none: outbound traffic does not go through a VPC network
     */
    network?: StandardNetwork;
}

/** The arguments that are specific to the standard environment. */
export type StandardService = StandardBase & StandardScaling;

/** Checks each argument. */
export const standardChecks: check.Checks<StandardService> = {
    flexible: check.custom<false>((value) => value === false, "must be true or false"),
    source: folder(),
    runtime: standardRuntime,
    entrypoint: check.matching(/^\S[^\r\n]*$/, "must be a command on one line"),
    scaling,
    instanceClass,
    handlers,
    defaultExpiration: expiration,
    warmup: check.flag(),
    bundledServices,
    inboundServices,
    network: standardNetwork,
};

/** The required arguments. */
export const standardRequired = ["source"] as const;

/** A validated service of the standard environment with its defaults. */
export interface ResolvedStandardService
    extends Required<Omit<StandardService, "source" | "scaling" | "defaultExpiration" | "network">>,
        Pick<StandardService, "defaultExpiration" | "network"> {
    runtime: StandardRuntime;
    /** Empty for the runtime's default. */
    entrypoint: string;
    scaling: ResolvedScaling;
}

/** Completes a service with its defaults. The environment's kind sets the number of instances. */
export function resolveStandardService(
    service: StandardService,
    files: readonly SourceFile[],
    { defaults }: Pick<Environment, "defaults">,
): ResolvedStandardService {
    const scaling = resolveScaling(service.scaling, defaults);
    const { min = 0, minIdle = 0 } = scaling.automatic ?? {};
    return {
        flexible: false,
        runtime: service.runtime ?? detectRuntime(files) ?? "python313",
        entrypoint: service.entrypoint ?? "",
        scaling,
        instanceClass: service.instanceClass ?? (scaling.automatic ? "F1" : "B2"),
        handlers: withCatchAll(service.handlers ?? []),
        defaultExpiration: service.defaultExpiration,
        warmup: service.warmup ?? min + minIdle > 0,
        bundledServices: service.bundledServices ?? [],
        inboundServices: service.inboundServices ?? [],
        network: service.network,
    };
}

/** Checks combinations of arguments, as they are given and with their defaults. Paths are relative to the service. */
export function standardProblems(
    service: StandardService & { env?: Record<string, pulumi.Input<string>> },
    resolved: ResolvedStandardService,
    files: readonly SourceFile[],
    region?: string,
): Problem[] {
    const { handlers = [], entrypoint = "" } = service;
    const runtime = service.runtime ?? detectRuntime(files);
    const reason = "is missing, and cannot be detected from the source files. Set it, for example to java21.";
    return [
        ...(runtime
            ? sourceProblems({ files, runtime, entrypoint })
            : [check.problem("runtime", "appengine/standard-runtime-missing", reason)]),
        ...sizeProblems(files),
        ...scalingProblems(service),
        ...handlerProblems(handlers, resolved.handlers, files),
        ...environmentProblems(service),
        ...bundledProblem(service.bundledServices, languageOf(runtime ?? "")),
        ...(region === undefined ? [] : networkProblem(service.network, region)),
    ];
}

/** A warning if the runtime can be deployed only for a limited time. */
export function standardWarning({ runtime }: ResolvedStandardService): string | undefined {
    return lifecycleWarning(runtime);
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
        handlers: service.handlers.map((handler) => handlerArgs(handler, service.defaultExpiration)),
        instanceClass: service.instanceClass,
        ...scalingArgs(service.scaling),
        inboundServices: inbound.length > 0 ? inbound : undefined,
        ...bundledServiceArgs(service.bundledServices),
        vpcAccessConnector:
            connector === undefined ? undefined : { name: connector, egressSetting: egressSetting(service.network) },
    };
}
