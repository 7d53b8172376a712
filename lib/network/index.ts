export type { FlowLogs, LoadBalancerProxies } from "../internal/vpc";
export type { NetworkArgs, PrivateServiceConnectEndpoints } from "./arguments";
export type { Endpoint, ServiceEndpoint } from "./endpoint";
export type { FirewallRule, FirewallSources, FirewallTargets, IapSsh } from "./firewall";
export type { GoogleApis, GoogleApisEndpoint } from "./googleApis";
export type {
    GlobalLoadBalancerArgs,
    LoadBalancerArgs,
    LoadBalancerLogs,
    LoadBalancerType,
    RegionalLoadBalancerArgs,
} from "./loadBalancer/arguments";
export type { LoadBalancerBackend } from "./loadBalancer/backend";
export type { CdnPolicy } from "./loadBalancer/cdn";
export type { DnsRecord } from "./loadBalancer/certificates";
export { LoadBalancer } from "./loadBalancer/loadBalancer";
export type {
    AppEngineRoute,
    BucketRoute,
    Redirect,
    RedirectRoute,
    RegionalRoute,
    Route,
    ServiceRoute,
    SplitRoute,
    WeightedService,
} from "./loadBalancer/route";
export type { AttackRules, RateLimit, SecurityPolicyRules, SecurityRule } from "./loadBalancer/securityPolicy";
export type { Nat, NatGateway } from "./nat";
export { Network } from "./network";
export type { ChosenRange, GivenRange, PrivateServices, PrivateServicesRange } from "./privateServices";
export type { ExistingSubnet, Subnet } from "./subnets";
export type { Traffic } from "./traffic";
