import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import type { AnyServiceAccount } from "../../iam/serviceAccount";
import type { Problem } from "../../internal/check";
import * as check from "../../internal/check";
import type { SourceFile } from "../../internal/files";
import type { Ingress } from "../../internal/ingress";
import {
    buildFile,
    flexibleProblems,
    flexibleWarning,
    type ResolvedFlexibleService,
    resolveFlexibleService,
} from "../flexible";
import { digestOf, type HashedFile, hashFiles } from "../source";
import {
    isAutomatic,
    type ResolvedStandardService,
    resolveStandardService,
    standardProblems,
    standardWarning,
} from "../standard";
import { type ResolvedTraffic, resolveTraffic, trafficProblems } from "../traffic";
import type { AppEngineServiceArgs, FlexibleServiceArgs, StandardServiceArgs } from "./arguments";
import { databaseProblems } from "./database";
import { type AppEngineUses, externalUses } from "./uses";

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
    args: AppEngineServiceArgs,
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
    const files = hashFiles(source, isBuilt && settings.flexible ? [buildFile(settings)] : []);
    return {
        key,
        settings,
        account: args.account,
        image: args.flexible ? args.image : undefined,
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
