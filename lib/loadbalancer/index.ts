export type { LoadBalancerBackend } from "./backend";
export type { CdnPolicy } from "./cdn";
export type { AnyGroup, GroupCapacity } from "./group";
export type { BackendHealthCheck } from "./health";
export { LoadBalancer } from "./loadBalancer";
export type {
    GlobalLoadBalancerArgs,
    LoadBalancerArgs,
    LoadBalancerLogs,
    LoadBalancerType,
    RegionalLoadBalancerArgs,
} from "./loadBalancerArgs";
export type { DnsRecord } from "./records";
export type {
    AppEngineRoute,
    BucketRoute,
    GroupRoute,
    Redirect,
    RedirectRoute,
    RegionalRoute,
    Route,
    ServiceRoute,
    SplitRoute,
    WeightedService,
} from "./route";
export type { AttackRules, RateLimit, SecurityPolicyRules, SecurityRule } from "./securityPolicy";
