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

// @ts-expect-error: a program has the one environment that its stack is.
new Environment("dev");

// @ts-expect-error: a kind that there is not.
environmentDefaults.test;

// @ts-expect-error: an environment is as the stack is configured.
environment.project = "acme-prod";

// @ts-expect-error: what all components share is not for programs.
environment.shared.clear();
