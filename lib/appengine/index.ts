export type { Iap, IapMember } from "./access";
export { AppEngineApp } from "./app";
export type { AppEngineAppArgs } from "./arguments";
export type { CronJob } from "./cron";
export type { DispatchRule } from "./dispatch";
export type { Domain } from "./domains";
export type { Application, Rollout } from "./dynamic";
export type { Firewall } from "./firewall";
export type {
    FlexibleAutomaticScaling,
    FlexibleManualScaling,
    FlexibleNetwork,
    FlexibleNetworkSettings,
    FlexibleResources,
    FlexibleRuntime,
    FlexibleScaling,
    ForwardedPort,
    LivenessCheck,
    ReadinessCheck,
    Volume,
} from "./flexible";
export type { AppEngineLocation } from "./location";
export type { Enqueued, TaskQueue, TaskRetry } from "./queues";
export type { AppEngineServiceArgs, FlexibleServiceArgs, StandardServiceArgs } from "./service/arguments";
export type { AppEngineService } from "./service/service";
export type {
    BundledService,
    Handler,
    InboundService,
    Latency,
    StandardAutomaticScaling,
    StandardBasicScaling,
    StandardManualScaling,
    StandardNetwork,
    StandardRuntime,
} from "./standard";
export type { FlexibleTraffic, StandardTraffic } from "./traffic";
export type { AppYamlOptions } from "./yaml";
