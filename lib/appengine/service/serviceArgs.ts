import type { FlexibleAppVersionArgs } from "@pulumi/gcp/appengine/flexibleAppVersion";
import type { ServiceNetworkSettingsArgs } from "@pulumi/gcp/appengine/serviceNetworkSettings";
import type { StandardAppVersionArgs } from "@pulumi/gcp/appengine/standardAppVersion";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { ConnectorArgs } from "@pulumi/gcp/vpcaccess/connector";
import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import { type AnyServiceAccount, serviceAccount } from "../../iam/serviceAccount";
import type { Problem } from "../../internal/arguments/check";
import * as check from "../../internal/arguments/check";
import { type Transform, transforms } from "../../internal/engine/children";
import { type Ingress, ingress } from "../../internal/network/ingress";
import type { SourceFile } from "../../internal/sources/listing";
import { env } from "../env";
import {
    buildFile,
    type FlexibleService,
    flexibleChecks,
    flexibleProblems,
    flexibleRequired,
    flexibleWarning,
    type ResolvedFlexibleService,
    resolveFlexibleService,
} from "../flexible";
import { digestOf, type HashedFile, hashFiles } from "../source";
import {
    isAutomatic,
    type ResolvedStandardService,
    resolveStandardService,
    type StandardService,
    standardChecks,
    standardProblems,
    standardRequired,
    standardWarning,
} from "../standard";
import {
    type FlexibleTraffic,
    flexibleTraffic,
    type ResolvedTraffic,
    resolveTraffic,
    type StandardTraffic,
    traffic,
    trafficProblems,
} from "../traffic";
import { databaseProblems } from "./database";
import { type AppEngineUses, appEngineUses, externalUses } from "./uses";

/** The arguments of services in both environments. */
export interface ServiceArgs {
    /**
     * Environment variables that are not secret. A plain string is refused for a name that ends with `PASSWORD`, `TOKEN`,
     * `KEY` or `SECRET`. Names that start with `GAE` are
     * {@link https://cloud.google.com/appengine/docs/standard/reference/app-yaml reserved}.
     * @default only the variables of `uses`
     */
    env?: Record<string, pulumi.Input<string>>;
    /**
     * Where requests may come from, by {@link https://cloud.google.com/appengine/docs/standard/ingress-settings ingress settings}:
     * `"internal"` is the project's VPC networks, `"load-balancer"` also load balancers, `"all"` everywhere, which makes the service
     * public, at its URL and custom domains. Required if cron jobs, tasks or services outside of the networks call it. A
     * {@link LoadBalancer} requires `"load-balancer"` or an explicit `"all"`.
     * @default "load-balancer"; with `iap`, which lets in only its members, "all"
     */
    ingress?: Ingress;
}

export const serviceChecks: check.Checks<ServiceArgs> = {
    env,
    ingress,
};

interface CommonTransforms {
    account?: Transform<AccountArgs>;
    ingress?: Transform<ServiceNetworkSettingsArgs>;
}

/** The arguments of services in both environments. */
interface CommonServiceArgs {
    /**
     * The service account that the code runs as, a {@link ServiceAccount}. Its roles are granted to all that run as it. Another account
     * deploys a new version.
     * @default an account of the service's own
     */
    account?: check.Short<AnyServiceAccount, string>;
    /**
     * The capabilities that the code uses, by the environment variable that receives the value of each. The `client` of a
     * database provides a URL: through App Engine's socket if the instance has a public address, otherwise through the
     * service's network. `{ queue: "mails" }` is a queue of the same application, `{ service: "predictions" }` the URL of a
     * service of the same application.
     * @default none
     */
    uses?: AppEngineUses;
    /**
     * The number of versions to keep, including those with traffic and the previous one: 1 to 100. Other versions are deleted
     * after traffic has moved; an application can have {@link https://cloud.google.com/appengine/docs/standard/quotas 210}.
     * @default 5
     */
    keep?: number;
}

interface StandardOptions extends CommonServiceArgs {
    /**
     * The versions that receive traffic.
     * @default the deployed version receives all traffic once it serves
     */
    traffic?: StandardTraffic;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        version?: Transform<StandardAppVersionArgs>;
        connector?: Transform<ConnectorArgs>;
    } & CommonTransforms;
}

interface FlexibleOptions extends CommonServiceArgs {
    /**
     * The versions that receive traffic.
     * @default the deployed version receives all traffic once it serves
     */
    traffic?: FlexibleTraffic;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { version?: Transform<FlexibleAppVersionArgs> } & CommonTransforms;
}

/** A service in the standard environment. */
export type StandardServiceArgs = StandardService & ServiceArgs & StandardOptions;

/** A service in the flexible environment. */
export type FlexibleServiceArgs = FlexibleService & ServiceArgs & FlexibleOptions;

/** A service of an application, in the standard or the flexible environment. */
export type AppEngineServiceArgs = check.OneOf<StandardServiceArgs | FlexibleServiceArgs>;

const commonChecks = {
    ...serviceChecks,
    account: serviceAccount,
    uses: appEngineUses,
    keep: check.whole(1, 100),
};

const childNames = ["version", "account", "ingress"] as const;

const standard = check.options<StandardServiceArgs>(
    { ...standardChecks, ...commonChecks, traffic, transform: transforms(...childNames, "connector") },
    ...standardRequired,
);

const flexible = check.options<FlexibleServiceArgs>(
    { ...flexibleChecks, ...commonChecks, traffic: flexibleTraffic, transform: transforms(...childNames) },
    ...flexibleRequired,
);

/** Checks each argument of a service. */
export const service = check.lazily(
    (value) => (Object(value).flexible === true ? flexible : standard),
    () => [standard, flexible],
);

/** A validated service with its defaults. */
export interface ResolvedService {
    /** The name of the service. */
    key: string;
    settings: ResolvedStandardService | ResolvedFlexibleService;
    /** The image of a flexible service without a source. */
    image?: FlexibleServiceArgs["image"];
    files: HashedFile[];
    /** The SHA-256 of the files; undefined for an image. */
    digest?: string;
    account?: AnyServiceAccount;
    uses: AppEngineUses;
    env: Record<string, pulumi.Input<string>>;
    ingress: Ingress;
    /** Whether requests from the internet reach it only because `ingress` is left out, and nothing there leads to its own address. */
    isOpenByDefault: boolean;
    traffic: ResolvedTraffic;
    keep: number;
    transform: object;
}

/** A warning if the runtime can be deployed only for a limited time. */
export const serviceWarning = ({ settings }: ResolvedService): string | undefined =>
    settings.flexible ? flexibleWarning(settings) : standardWarning(settings);

/**
 * Completes a service with its defaults.
 * @param source the files that are uploaded
 * @param hasIap whether Identity-Aware Proxy lets only its members in
 * @param isCalled whether requests come to the service's own addresses
 */
export function resolveService(
    key: string,
    args: check.Long<AppEngineServiceArgs>,
    source: readonly SourceFile[],
    environment: Environment,
    hasIap: boolean,
    isCalled: boolean,
): ResolvedService {
    const { uses = {}, env = {}, traffic = {}, keep = 5, transform = {} } = args;
    const settings = args.flexible
        ? resolveFlexibleService(args, source, environment)
        : resolveStandardService(args, source, environment);
    const isBuilt = args.source !== undefined;
    const files = hashFiles(source, settings.flexible ? [buildFile(settings)] : []);
    return {
        key,
        settings,
        account: args.account,
        image: args.image,
        files,
        digest: isBuilt ? digestOf(files) : undefined,
        uses,
        env,
        ingress: args.ingress ?? (hasIap ? "all" : "load-balancer"),
        isOpenByDefault: args.ingress === undefined && hasIap && !isCalled,
        traffic: resolveTraffic(traffic),
        keep,
        transform,
    };
}

/** Checks combinations of a service's arguments, as they are given and with their defaults. */
export function serviceProblems(
    args: AppEngineServiceArgs,
    { settings, traffic, keep }: ResolvedService,
    files: readonly SourceFile[],
    region: string | undefined,
): Problem[] {
    const { uses = {}, env = {} } = args;
    const duplicates = Object.keys(env).filter((name) => Object.hasOwn(uses, name));
    return [
        ...(args.flexible
            ? flexibleProblems(args, settings as ResolvedFlexibleService, files, region)
            : standardProblems(args, settings as ResolvedStandardService, files, region)),
        ...duplicates.map((name) =>
            check.problem(`env.${name}`, "appengine/env-also-in-uses", "is also in uses. Rename one of them."),
        ),
        ...(region === undefined ? [] : databaseProblems(externalUses(uses), args, region)),
        ...trafficProblems({ traffic, keep, migrationProblem: args.flexible ? undefined : migrationProblem(args) }),
    ];
}

/**
 * Why traffic {@link https://cloud.google.com/appengine/docs/standard/migrating-traffic cannot migrate} gradually to a
 * service.
 */
function migrationProblem({ scaling, warmup }: StandardServiceArgs): Problem | undefined {
    const path = "traffic.migrate";
    if (!isAutomatic(scaling)) {
        const reason = "must be false, because only automatic scaling supports it. Split the traffic in steps.";
        return check.problem(path, "appengine/migrate-without-automatic-scaling", reason);
    }
    const reason = "needs warmup: true, so that new instances are ready before they receive requests.";
    return check.when(!warmup, path, "appengine/migrate-without-warmup", reason);
}
