import { exportTogether } from "../internal/arguments/reportTogether";

export type { LoadBalancerBackend } from "./backend";
export type { BackendTls } from "./backendTls";
export type { CdnPolicy } from "./cdn";
export type { OwnCertificate } from "./certificates";
export type { AnyGroup, GroupCapacity } from "./group";
export type { BackendHealthCheck, ExistingHealthCheck } from "./health";
export { LoadBalancer } from "./loadBalancer";
export type {
    CrossRegionLoadBalancerArgs,
    GlobalLoadBalancerArgs,
    LoadBalancerArgs,
    RegionalLoadBalancerArgs,
} from "./loadBalancerArgs";
export type { LoadBalancerLogs } from "./logs";
export type { ConnectionCapacity, Failover, InstanceGroup, SessionAffinity } from "./networkBackends";
export { NetworkLoadBalancer } from "./networkLoadBalancer";
export type {
    NetworkLoadBalancerArgs,
    NetworkLoadBalancerType,
    PassthroughLoadBalancerArgs,
    ProxyLoadBalancerArgs,
    SharedNetworkLoadBalancerArgs,
} from "./networkLoadBalancerArgs";
export type { NetworkRule } from "./networkRules";
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
export { type PublishedBalancer, ServiceAttachment, type ServiceAttachmentArgs } from "./serviceAttachment";
export type { LoadBalancerType } from "./types";
export type { ZonalAffinity } from "./zonalAffinity";

exportTogether(module);
