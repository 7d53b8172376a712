import type { Environment } from "../environment/environment";
import { ExistingOf, existingNameProblem } from "../environment/existing";
import { nameFormats } from "../facts/names";
import * as check from "../internal/check";
import { shortenName } from "../internal/names";
import { defaultProxyRange } from "../internal/vpc";
import { type NetworkArgs, networkArgs } from "./arguments";
import { type ExistingNetworkArgs, existingNetworkArgs } from "./existing";
import { firewallProblems } from "./firewall";
import { defaultGoogleApis } from "./googleApis";
import { natProblems } from "./nat";
import { rangeOf } from "./privateServices";
import { type ExistingSubnet, overlapProblems, type Subnet, subnetRanges } from "./subnets";

/** Validated arguments with their defaults. */
export type ResolvedArgs = ReturnType<typeof resolveArgs>;

/** A subnet with its key in `subnets` and its region. */
export type ResolvedSubnet = { key: string; region: string } & check.OneOf<Subnet | ExistingSubnet>;

const defaults = { privateServiceConnect: {}, proxyOnlySubnets: false, firewall: {}, iapSsh: false };

/** Completes the arguments with their defaults and validates the result. */
export function resolveArgs(component: string, args: NetworkArgs, environment: Environment) {
    return (args as object) instanceof ExistingOf
        ? resolveExisting(component, (args as ExistingOf<ExistingNetworkArgs>).args, environment)
        : resolveNew(component, args, environment);
}

function resolveNew(component: string, args: NetworkArgs, { project, region }: Environment) {
    const title = `Network "${component}"`;
    const completed = check.withDefaults(args, {
        ...defaults,
        name: shortenName(component, nameFormats.rows.computeResource.max),
        subnets: { default: { range: "10.0.0.0/20" } },
    });
    const checked = check.checked(title, completed, networkArgs, (all) => problems(title, all));
    return { ...withParts(checked, region), name: checked.name, project, isExisting: false };
}

function resolveExisting(name: string, args: ExistingNetworkArgs, { project, region }: Environment) {
    const title = `Network "${name}"`;
    const completed = check.withDefaults(args, { ...defaults, project, subnets: {} });
    const checked = check.checked(title, completed, existingNetworkArgs, (all) => [
        existingNameProblem(name, nameFormats.rows.computeResource),
        ...problems(title, all),
    ]);
    return { ...withParts(checked, region), name: checked.prefix ?? name, project: checked.project, isExisting: true };
}

/** Completes what is created in the network. */
function withParts(
    checked: CompletedArgs & Pick<NetworkArgs, "labels" | "transform" | "crossProject">,
    regionOfEnvironment: string,
) {
    const subnets = Object.entries(checked.subnets).map(
        ([key, subnet]): ResolvedSubnet => ({ key, region: regionOfEnvironment, ...subnet }),
    );
    const { googleApis, endpoints = {} } = checked.privateServiceConnect;
    return {
        ...checked,
        subnets,
        proxies: proxyRanges(checked.proxyOnlySubnets, subnets[0]?.region ?? regionOfEnvironment),
        googleApis: googleApis === true ? {} : googleApis || undefined,
        endpoints,
    };
}

/** The ranges of the proxy-only subnets by region. */
function proxyRanges(given: boolean | Record<string, string>, region: string): Record<string, string> {
    return typeof given === "object" ? given : given ? { [region]: defaultProxyRange } : {};
}

type CompletedArgs = Required<
    Pick<ExistingNetworkArgs, "subnets" | "proxyOnlySubnets" | "privateServiceConnect" | "firewall" | "iapSsh">
> &
    Pick<NetworkArgs, "nat" | "privateServices">;

function problems(title: string, args: CompletedArgs): (check.Problem | undefined)[] {
    return [
        ...overlapProblems(configuredRanges(args)),
        ...natProblems(args.nat),
        ...firewallProblems(title, args.firewall),
        ...endpointProblems(args),
        ...(args.iapSsh && Object.hasOwn(args.firewall, "iap-ssh")
            ? [
                  check.problem(
                      "firewall.iap-ssh",
                      "network/firewall-name-reserved",
                      "is the name of the rule that iapSsh creates. Choose another name.",
                  ),
              ]
            : []),
    ];
}

/** The IP ranges in the arguments; ranges that Google chooses are not known. */
function configuredRanges(args: CompletedArgs) {
    const { subnets, proxyOnlySubnets, privateServices, privateServiceConnect } = args;
    const { googleApis } = privateServiceConnect;
    const proxies = Object.entries(proxyRanges(proxyOnlySubnets, ""));
    const range = rangeOf(privateServices);
    const address = (typeof googleApis === "object" && googleApis.address) || defaultGoogleApis.address;
    return [
        ...subnetRanges(subnets),
        ...proxies.map(([region, range]) => ({ path: `proxyOnlySubnets${region && `.${region}`}`, range })),
        ...(range === undefined ? [] : [{ path: "privateServices.range", range }]),
        ...(googleApis ? [{ path: "privateServiceConnect.googleApis.address", range: `${address}/32` }] : []),
    ];
}

function endpointProblems({ subnets, privateServiceConnect: { endpoints = {} } }: CompletedArgs) {
    const keys = Object.keys(subnets);
    return Object.entries(endpoints).map(([key, { subnet = keys[0] as string }]) => {
        const path = `privateServiceConnect.endpoints.${key}.subnet`;
        return (
            check.when(
                keys.length === 0,
                path,
                "network/endpoint-without-subnet",
                "needs a subnet for its address. Add one to subnets.",
            ) ??
            check.when(
                !keys.includes(subnet),
                path,
                "network/endpoint-subnet-unknown",
                `must be one of the subnets ${keys.join(", ")} (got "${subnet}").`,
            )
        );
    });
}
