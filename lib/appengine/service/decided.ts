import type * as pulumi from "@pulumi/pulumi";
import type { Environment } from "../../environment/environment";
import type { Problem } from "../../internal/check";
import { filesOf } from "../../internal/files";
import { buildFile, type DecidedFlexible, decidedFlexible, flexibleProblems, flexibleWarning } from "../flexible";
import type { ServiceArgs } from "../serviceArguments";
import { digestOf, type HashedFile, hashed } from "../source";
import { type DecidedStandard, decidedStandard, standardProblems, standardWarning } from "../standard";
import { decidedTraffic, trafficProblems } from "../traffic";
import type { AppEngineServiceArgs, FlexibleServiceArgs } from "./arguments";
import { databaseProblems } from "./database";
import { type AppEngineUses, offered } from "./uses";

type Ingress = NonNullable<ServiceArgs["ingress"]>;

/** A service with everything decided that its arguments leave open. */
export interface DecidedService {
    /** Its name in the application. */
    key: string;
    settings: DecidedStandard | DecidedFlexible;
    /** What a flexible service runs that is not built of its files. */
    image?: FlexibleServiceArgs["image"];
    files: HashedFile[];
    /** The SHA-256 of its files; nothing where it runs an image. */
    digest?: string;
    uses: AppEngineUses;
    environment: Record<string, pulumi.Input<string>>;
    ingress: Ingress;
    traffic: ReturnType<typeof decidedTraffic>;
    keep: number;
    transform: object;
}

/** What to tell of a service that can be deployed for a short time only. */
export const warningOf = ({ settings }: DecidedService): string | undefined =>
    settings.env === "standard" ? standardWarning(settings) : flexibleWarning(settings);

/** The files of a service, as gcloud uploads them; none where it runs an image. */
const sourceOf = ({ source }: AppEngineServiceArgs) => (source === undefined ? [] : filesOf(source, ".gitignore"));

/** Decides what a service's arguments leave open. */
export function decidedService(key: string, args: AppEngineServiceArgs, environment: Environment): DecidedService {
    const { uses = {}, environment: variables = {}, ingress = "all", traffic = {}, keep = 5, transform = {} } = args;
    const source = sourceOf(args);
    const settings =
        args.env === "standard"
            ? decidedStandard(args, source, environment)
            : decidedFlexible(args, source, environment);
    const isBuilt = args.source !== undefined;
    const files = hashed(source, isBuilt && settings.env === "flex" ? [buildFile(settings)] : []);
    return {
        key,
        settings,
        image: args.env === "flex" ? args.image : undefined,
        files,
        digest: isBuilt ? digestOf(files) : undefined,
        uses,
        environment: variables,
        ingress,
        traffic: decidedTraffic(traffic),
        keep,
        transform,
    };
}

/** Why a service cannot be, by the paths of its arguments. */
export function serviceProblems(args: AppEngineServiceArgs, region: string | undefined): Problem[] {
    const files = sourceOf(args);
    const { uses = {}, environment = {} } = args;
    const both = Object.keys(environment).filter((name) => Object.hasOwn(uses, name));
    return [
        ...(args.env === "standard" ? standardProblems(args, files, region) : flexibleProblems(args, files, region)),
        ...both.map((name) => ({
            path: `environment.${name}`,
            reason: "is in uses too. Name one of the two otherwise.",
        })),
        ...(region === undefined ? [] : databaseProblems(offered(uses), args, region)),
        ...trafficProblems({ traffic: args.traffic, keep: args.keep, immobile: immobile(args) }),
    ];
}

/** Why traffic cannot migrate to a service ("Migrating traffic"). */
function immobile(args: AppEngineServiceArgs): string | undefined {
    if (args.env !== "standard") {
        return "must be false, as flexible services cannot do so. Divide the traffic in steps.";
    }
    return args.scaling?.basic !== undefined || args.scaling?.manual !== undefined
        ? "must be false, as only automatic scaling can do so. Divide the traffic in steps."
        : args.warmup
          ? undefined
          : "needs warmup: true, by which new instances are ready before they get requests.";
}
