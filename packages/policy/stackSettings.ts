import { dirname } from "node:path";

/** The kinds of environments, from the one that is refused the least. */
export const environmentKinds = ["development", "staging", "production"] as const;

/** The kind of an environment. */
export type EnvironmentKind = (typeof environmentKinds)[number];

/** What the engine says about the stack that it checks. */
interface StackSettings {
    stack: string;
    /** Configuration values by key, such as `slipway:kind`. */
    config: Record<string, string>;
}

/** The request in which the engine names the stack and its configuration. */
interface ConfigureRequest {
    getStack(): string;
    getConfigMap(): { entries(): Iterable<[string, string]> };
}

type Deserialize = (bytes: Buffer) => ConfigureRequest;

/** What programs that start policy packs without that request set in the environment. */
const fromEnvironment = (): StackSettings => ({
    stack: process.env.PULUMI_NODEJS_STACK ?? process.env.PULUMI_STACK ?? "",
    config: JSON.parse(process.env.PULUMI_CONFIG ?? "{}"),
});

let settings: StackSettings | undefined;

/**
 * Remembers the stack and the configuration that the engine sends before it checks anything. `@pulumi/policy` passes on only the
 * stack's tags.
 */
export function observeStack(): void {
    const from = { paths: [dirname(require.resolve("@pulumi/policy"))] };
    // The copy of the SDK that serves the engine.
    const { AnalyzerService } = require(require.resolve("@pulumi/pulumi/proto/analyzer_grpc_pb", from));
    const method: { requestDeserialize: Deserialize } = AnalyzerService.configureStack;
    const { requestDeserialize } = method;
    method.requestDeserialize = (bytes) => {
        const request = requestDeserialize(bytes);
        settings = { stack: request.getStack(), config: Object.fromEntries(request.getConfigMap().entries()) };
        return request;
    };
}

/**
 * The kind of the stack's environment: that of the options, of `slipway:kind` or of `slipway:environments`, or production, so that
 * nothing is accepted because a setting is missing.
 */
export function kindOfStack(environments: Record<string, EnvironmentKind> = {}): EnvironmentKind {
    const { stack, config } = settings ?? fromEnvironment();
    const entries = JSON.parse(config["slipway:environments"] ?? "{}");
    const found = environments[stack] ?? config["slipway:kind"] ?? entries[stack]?.kind;
    return environmentKinds.find((kind) => kind === found) ?? "production";
}
