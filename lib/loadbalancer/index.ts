export type {
    GlobalLoadBalancerArgs,
    LoadBalancerArgs,
    LoadBalancerLogs,
    LoadBalancerType,
    RegionalLoadBalancerArgs,
} from "./arguments";
export type { GroupCapacity, LoadBalancerBackend } from "./backend";
export type { CdnPolicy } from "./cdn";
export type { DnsRecord } from "./certificates";
export { LoadBalancer } from "./loadBalancer";
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
