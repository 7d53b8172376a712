import type { Environment } from "../environment/environment";
import { cloudRunLimits } from "../facts/limits/cloudRun";
import { duplicateMembers } from "../iam/iapMember";
import type { ResolvedVpcAccess } from "../iam/serverless/vpcAccess";
import { minAboveMax } from "../internal/bounds";
import * as check from "../internal/check";
import type { Ingress } from "../internal/ingress";
import { shortenName } from "../internal/names";
import { mebibytes, sizeOf } from "../internal/size";
import { codeProblems, type ImageCode, type SourceCode } from "./arguments";
import { containersOf } from "./container";
import { healthProblems, resolveHealth, type ServiceHealth } from "./health";
import { databaseWorkload, type ResolvedRunArgs, resolveNetworks, runDefaults, runProblems } from "./resolveArgs";
import { isBelowOne, type RunGpu, resolveGpu, sizeWithGpu } from "./resources";
import {
    type AutomaticScaling,
    type CloudRunServiceArgs,
    cloudRunServiceArgs,
    type ManualScaling,
} from "./serviceArguments";
import { maxNameWithTag, type ResolvedTraffic, resolveTraffic, trafficProblems } from "./traffic";

type Defaulted =
    | "port"
    | "http2"
    | "cpu"
    | "memory"
    | "startupBoost"
    | "timeout"
    | "sessionAffinity"
    | "public"
    | "triggers"
    | "regions"
    | "defaultUrl";

/** The options of a service that have no defaults. */
type Optional = "description" | "customAudiences" | "executionEnvironment" | "iap" | "transform";

/** Validated arguments with their defaults. */
export interface ResolvedArgs
    extends Omit<ResolvedRunArgs, "cpu" | "memory">,
        Partial<ImageCode & SourceCode>,
        Required<Pick<CloudRunServiceArgs, Defaulted>>,
        Pick<CloudRunServiceArgs, Optional> {
    health: ServiceHealth;
    cpuAlways: boolean;
    gpu?: Required<RunGpu>;
    ingress: Ingress;
    /** Whether requests from the internet reach it only because `ingress` is left out. */
    isOpenByDefault: boolean;
    scaling: {
        instances?: number;
        min: number;
        max: number;
        concurrency: number;
        revision: { min: number; max: number };
    };
    traffic: ResolvedTraffic;
    /** The VPC access in each region. */
    networks: Record<string, ResolvedVpcAccess | undefined>;
}

/** The title of a service in errors, and its kind. */
export const serviceWorkload = (component: string) => ({ title: `CloudRunService "${component}"`, kind: "service" });

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: CloudRunServiceArgs, environment: Environment): ResolvedArgs {
    const named = serviceWorkload(component);
    const withDefaults = check.withDefaults(args, {
        ...runDefaults(),
        name: shortenName(component, maxNameWithTag),
        port: 8080,
        http2: false,
        startupBoost: true,
        timeout: "5 minutes",
        sessionAffinity: false,
        public: false,
        triggers: {},
        regions: [Object(args).region ?? environment.region],
        defaultUrl: true,
    });
    const complete = (checked: typeof withDefaults): ResolvedArgs => {
        const gpu = resolveGpu(checked.gpu);
        const size = sizeWithGpu(gpu);
        const { cpu = size.cpu, memory = size.memory } = checked;
        const all = {
            ...(checked as typeof checked & Partial<ImageCode & SourceCode>),
            gpu,
            cpu,
            memory,
            cpuAlways: checked.cpuAlways ?? gpu !== undefined,
            health: resolveHealth(checked.health),
            ...resolveReach(checked as CloudRunServiceArgs),
            scaling: resolveScaling(checked, isBelowOne(cpu), environment),
            traffic: resolveTraffic(checked.traffic),
            networks: {},
        };
        return { ...all, containers: containersOf(all) };
    };
    const resolved = check.resolved(named.title, withDefaults, cloudRunServiceArgs, complete, (all, checked) => [
        ...codeProblems(all),
        ...runProblems(databaseWorkload(named, all), { ...all, args: all }),
        ...serviceProblems(checked, all),
    ]);
    return { ...resolved, networks: resolveNetworks(databaseWorkload(named, resolved), resolved, resolved.regions) };
}

/** Who reaches the service. */
function resolveReach({ ingress, defaultUrl, public: isPublic, iap }: CloudRunServiceArgs) {
    const isOpen = isPublic || iap !== undefined;
    return {
        ingress: ingress ?? (isOpen ? "all" : "load-balancer"),
        isOpenByDefault: ingress === undefined && isOpen === true && defaultUrl !== false,
    } as const;
}

function resolveScaling(
    { scaling = {}, gpu }: Pick<CloudRunServiceArgs, "scaling" | "gpu">,
    isSingle: boolean,
    { defaults }: Environment,
): ResolvedArgs["scaling"] {
    const {
        instances,
        min = defaults.minInstances,
        concurrency = isSingle ? 1 : 80,
        // A new project has a quota of very few GPUs.
        max = Math.max(gpu ? 1 : defaults.maxInstances, min),
        revision = {},
    }: AutomaticScaling & Partial<ManualScaling> = typeof scaling === "number" ? { instances: scaling } : scaling;
    return instances === undefined
        ? { min, max, concurrency, revision: { min: revision.min ?? 0, max: revision.max ?? max } }
        : { instances, min, max, concurrency, revision: { min: 0, max: Math.max(instances, 1) } };
}

function serviceProblems(args: CloudRunServiceArgs, resolved: ResolvedArgs): (check.Problem | undefined)[] {
    const { scaling, health, sidecars, traffic, gpu, regions, name } = resolved;
    const { min, max, revision } = scaling;
    return [
        minAboveMax(["scaling.min", min], ["scaling.max", max]),
        minAboveMax(["scaling.revision.min", revision.min], ["scaling.revision.max", revision.max]),
        scaling.instances === undefined
            ? minAboveMax(["scaling.revision.max", revision.max], ["scaling.max", max])
            : undefined,
        ...cpuProblems(resolved),
        ...healthProblems(health, true),
        ...Object.entries(sidecars).flatMap(([key, { health = {} }]) => {
            return healthProblems(health, false, `sidecars.${key}.health`);
        }),
        ...(args.traffic ? trafficProblems(name, traffic) : []),
        ...accessProblems(args, resolved),
        check.when(
            gpu && args.cpuAlways === false,
            "cpuAlways",
            "run/cpu-always-of-gpu",
            "must be true with a GPU (got false). Remove it.",
        ),
        check.when(
            args.region !== undefined && regions.join() !== args.region,
            "region",
            "run/region-and-regions",
            "has no effect with regions. Remove one of them.",
        ),
        check.when(
            regions.length === 0,
            "regions",
            "run/regions-empty",
            "must have a region at least. Remove it for the region of the environment.",
        ),
        new Set(regions).size < regions.length
            ? check.problem("regions", "run/regions-twice", `must have each region once (got ${regions.join(", ")}).`)
            : undefined,
    ];
}

/** Checks what less than one CPU, and CPUs at all times, do not support. */
function cpuProblems({ cpu, memory, cpuAlways, scaling }: ResolvedArgs): check.Problem[] {
    const { min } = cloudRunLimits.rows.memoryOfGen2;
    const isSmall = isBelowOne(cpu);
    return [
        ...(isSmall && scaling.concurrency > 1
            ? [
                  check.problem(
                      "scaling.concurrency",
                      "run/concurrency-of-cpu",
                      `must be 1 with less than one CPU (got ${scaling.concurrency}). Set cpu to 1 or more.`,
                  ),
              ]
            : []),
        ...(isSmall && cpuAlways
            ? [check.problem("cpuAlways", "run/cpu-always-of-cpu", "needs one CPU at least. Set cpu to 1 or more.")]
            : []),
        ...(cpuAlways && mebibytes(memory) < min
            ? [
                  check.problem(
                      "memory",
                      "run/memory-of-cpu-always",
                      `must be at least ${sizeOf(min)} with cpuAlways (got "${memory}").`,
                  ),
              ]
            : []),
    ];
}

/** Checks who reaches the service, and at which address. */
function accessProblems({ iap }: CloudRunServiceArgs, resolved: ResolvedArgs): check.Problem[] {
    const hasTriggers = Object.keys(resolved.triggers).length > 0;
    return [
        ...(iap && resolved.public
            ? [
                  check.problem(
                      "public",
                      "run/public-with-iap",
                      "would let everyone call the service without signing in. Remove it, or remove iap.",
                  ),
              ]
            : []),
        ...(iap?.length === 0
            ? [
                  check.problem(
                      "iap",
                      "run/iap-empty",
                      "must have a member, such as group:shop@acme.dev. Remove it for no sign-in.",
                  ),
              ]
            : []),
        ...(iap ?? []).flatMap((member, index) => {
            const reason = `is a personal account (got "${member}"). Use an account of the project's organization.`;
            return /@(gmail|googlemail)\.com$/i.test(member)
                ? [check.problem(`iap.${index}`, "run/iap-personal-account", reason)]
                : [];
        }),
        ...duplicateMembers("iap", iap ?? []),
        ...(!resolved.defaultUrl && hasTriggers
            ? [
                  check.problem(
                      "defaultUrl",
                      "run/default-url-of-triggers",
                      "must not be false with triggers, which call the default URL. Remove it.",
                  ),
              ]
            : []),
        ...(!resolved.defaultUrl && Object.keys(resolved.traffic.tags).length > 0
            ? [
                  check.problem(
                      "traffic.tags",
                      "run/default-url-of-tags",
                      "have addresses below the default URL, which the service does not have. Remove them, or defaultUrl.",
                  ),
              ]
            : []),
    ];
}
