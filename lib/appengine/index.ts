import { exportTogether } from "../internal/arguments/reportTogether";

export { AppEngineApp } from "./app";
export type { AppEngineAppArgs } from "./appArgs";
export type { CronJob } from "./calls/cron";
export type { Enqueued, TaskQueue, TaskRetries } from "./calls/queues";
export type { Application, Rollout } from "./dynamic";
export type { DispatchRule } from "./entry/dispatch";
export type { Domain } from "./entry/domains";
export type { Firewall } from "./entry/firewall";
export type { Iap, IapMember } from "./entry/iap";
export type {
    FlexibleAutomaticScaling,
    FlexibleHealth,
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
export type { AppEngineRegion } from "./region";
export type { AppEngineService } from "./service/service";
export type { AppEngineServiceArgs, FlexibleServiceArgs, StandardServiceArgs } from "./service/serviceArgs";
export type {
    BundledService,
    Handler,
    InboundService,
    Latency,
    StandardAutomaticScaling,
    StandardBasicScaling,
    StandardNetwork,
    StandardRuntime,
} from "./standard";
export type { FlexibleTraffic, StandardTraffic } from "./traffic";
export type { AppYamlOptions } from "./yaml";

exportTogether(module);
