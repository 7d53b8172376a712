import type { Provider } from "@pulumi/gcp/provider";
import { Environment, type EnvironmentDefaults, type EnvironmentKind, environmentDefaults } from "slipway";

const environment = Environment.current();
const kind: EnvironmentKind = environment.kind;
const defaults: EnvironmentDefaults = environmentDefaults[kind];
const provider: Provider = environment.provider;
export const known: [string, string, number, Provider] = [
    environment.project,
    environment.region,
    defaults.maxInstances,
    provider,
];

// @ts-expect-error: a program has one environment, that of its stack.
new Environment("dev");

// @ts-expect-error: an unknown kind.
environmentDefaults.test;

// @ts-expect-error: an environment is read-only.
environment.project = "acme-prod";

// @ts-expect-error: the shared resources of components are internal.
environment.shared.clear();
