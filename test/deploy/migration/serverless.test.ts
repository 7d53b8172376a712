import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { Deployment } from "../deployment";
import { Deployed, docs, seconds } from "./deployed";

describe("the serverless.yml of the guide from-serverless", () => {
    interface Keys {
        runtime: string;
        memorySize: number;
        timeout: string;
        minInstances?: number;
        maxInstances?: number;
        labels: Record<string, string>;
        environment: Record<string, string>;
        secrets?: Record<string, { secret: string; version: string }>;
        handler: string;
        events: { http?: string; event?: { resource: string; failurePolicy?: object } }[];
    }
    const { provider, functions }: { provider: Keys & { region: string }; functions: Record<string, Keys> } = parse(
        readFileSync(join(docs, "examples", "migration", "serverless.yml"), "utf8"),
    );
    const program = Deployment.pages([join("migration", "serverless.ts")]).byOwner();
    let deployed: Deployed;
    beforeAll(async () => {
        deployed = await Deployed.by(program);
    });
    afterAll(() => program.remove());

    test.each(Object.keys(functions))("the function %s has what its keys and the provider's set", (name) => {
        const own = functions[name] as Keys;
        const keys = { ...provider, ...own };
        const input = (path: string) => deployed.input(`Function ${name}`, path);
        const config = input("serviceConfig") as Record<string, unknown>;
        expect(input("location")).toBe(provider.region);
        expect(input("buildConfig.entryPoint")).toBe(keys.handler);
        // The same language, in a version that is not decommissioned.
        expect(String(input("buildConfig.runtime")).replace(/\d+$/, "")).toBe(keys.runtime.replace(/\d+$/, ""));
        expect(input("labels")).toMatchObject(keys.labels);
        expect(config).toMatchObject({
            availableMemory: keys.memorySize >= 1024 ? `${keys.memorySize / 1024}Gi` : `${keys.memorySize}Mi`,
            timeoutSeconds: seconds(keys.timeout),
            environmentVariables: { ...provider.environment, ...own.environment },
            minInstanceCount: keys.minInstances ?? 0,
            ...(keys.maxInstances && { maxInstanceCount: keys.maxInstances }),
        });
        const secrets = Object.entries(keys.secrets ?? {}).map(([key, { secret }]) =>
            expect.objectContaining({ key, secret }),
        );
        expect(config.secretEnvironmentVariables ?? []).toEqual(secrets);
        const [{ event }] = keys.events as [Keys["events"][number]];
        const trigger = input("eventTrigger") as Record<string, unknown> | undefined;
        expect(trigger === undefined).toBe(event === undefined);
        if (trigger && event) {
            const bucket = (trigger.eventFilters as { value: string }[] | undefined)?.[0]?.value;
            expect(trigger.pubsubTopic ?? `projects/_/buckets/${bucket}`).toBe(event.resource);
            expect(trigger.retryPolicy === "RETRY_POLICY_RETRY").toBe(event.failurePolicy !== undefined);
        }
    });
});
