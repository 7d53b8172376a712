import { dirname, join } from "node:path";
import type { World } from "../../../test/unit/local/world";
import { Stack } from "../stack";
import { addApplication, assumedWorld, discard } from "../world";
import { prepare } from "./bootstrap";
import { failedChecks, importDifferences, pattern } from "./checks";
import { Configuration } from "./configuration";
import { project } from "./environment";
import type { Evaluator } from "./evaluator";
import type { AcceptanceTest, PlanCheck, Step } from "./tests";

/** Runs the steps of a test as Terraform's test framework does, and returns what is not as it expects. */
export async function differencesOf(
    test: AcceptanceTest,
    evaluator: Evaluator,
    from: string,
    onRefused: (step: Step) => void,
): Promise<string[]> {
    const world = assumedWorld(project);
    try {
        prepareProject(test, world);
        prepare(test, world);
        const stack = new Stack();
        const configuration = new Configuration(
            evaluator,
            stack,
            world,
            join(from, dirname(test.file)),
            dirname(test.file),
        );
        const steps = new Steps(test, configuration, stack, world, evaluator, onRefused);
        return await steps.run();
    } catch (error) {
        return [messageOf(error)];
    } finally {
        discard(world);
    }
}

function prepareProject({ types = [] }: AcceptanceTest, world: World): void {
    world.make("Account", { accountId: "acceptance" });
    const needsApplication = types.some((type) => /^google_(app_engine|cloud_tasks|cloud_scheduler)_/.test(type));
    if (needsApplication && !types.includes("google_app_engine_application")) {
        addApplication(world);
    }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

class Steps {
    constructor(
        private readonly test: AcceptanceTest,
        private readonly configuration: Configuration,
        private readonly stack: Stack,
        private readonly world: World,
        private readonly evaluator: Evaluator,
        /** Is called with each step that is refused as it expects. */
        private readonly onRefused: (step: Step) => void,
    ) {}

    async run(): Promise<string[]> {
        const found: string[] = [];
        let config = "";
        for (const [index, step] of (this.test.steps ?? []).entries()) {
            config = step.config ?? config;
            const differences: string[] = [];
            try {
                if (step.expectError !== undefined) {
                    differences.push(...(await this.refusal({ ...step, config }, index)));
                } else {
                    await (step.importState
                        ? this.import(step, index, differences)
                        : this.apply({ ...step, config }, differences));
                }
            } catch (error) {
                return [...found, ...differences, `step ${index + 1}: ${messageOf(error)}`];
            }
            if (step.expectError !== undefined && differences.length === 0) {
                this.onRefused(step);
            }
            differences.push(...this.stack.differences.splice(0));
            found.push(...differences.map((text) => `step ${index + 1}: ${text}`));
        }
        await this.stack.destroy();
        return found;
    }

    private async apply(step: Step & { config: string }, found: string[]): Promise<void> {
        const { config, checks = [], planChecks = [], expectNonEmptyPlan = false } = step;
        if (step.refreshState) {
            this.stack.refresh();
        }
        const at = (when: PlanCheck["when"]) => planChecks.filter((check) => check.when === when);
        const planned = await this.configuration.run(config, true);
        found.push(...at("PreApply").flatMap((check) => failedPlan(check, planned)));
        if (!step.planOnly && !step.refreshState) {
            await this.configuration.run(config, false);
            found.push(...failedChecks(checks, this.configuration.state, this.configuration.outputs));
        }
        if (step.destroy) {
            await this.stack.destroy();
            return;
        }
        for (const when of ["PostApplyPreRefresh", "PostApplyPostRefresh"] as const) {
            if (when === "PostApplyPostRefresh") {
                this.stack.refresh();
            }
            const changes = await this.configuration.run(config, true);
            if (!expectNonEmptyPlan) {
                found.push(...this.stack.changes.map((change) => `planned again: ${change}`));
            }
            found.push(...at(when).flatMap((check) => failedPlan(check, changes)));
        }
        if (expectNonEmptyPlan && !step.refreshState && this.stack.changes.length === 0) {
            found.push("planned again: there should be a change");
        }
    }

    private async refusal(step: Step & { config: string }, index: number): Promise<string[]> {
        const { expectError = "" } = step;
        try {
            await (step.importState ? this.importRefused(step, index) : this.applyRefused(step));
        } catch (error) {
            // Terraform breaks long lines of errors, which the patterns of tests allow for.
            const message = messageOf(error);
            const oneLine = (text: string) => text.replaceAll(/\s+/g, " ");
            const isExpected =
                pattern(expectError).test(message) || pattern(oneLine(expectError)).test(oneLine(message));
            return isExpected ? [] : [`refused otherwise than /${expectError}/: ${message}`];
        }
        return [`not refused: /${expectError}/`];
    }

    private async applyRefused({ config, planOnly, destroy }: Step & { config: string }): Promise<void> {
        await this.configuration.run(config, true);
        if (!planOnly) {
            await this.configuration.run(config, false);
        }
        if (destroy) {
            await this.stack.destroy();
        } else {
            await this.configuration.run(config, true);
        }
    }

    private async importRefused(step: Step, index: number): Promise<void> {
        const found: string[] = [];
        await this.import(step, index, found);
        if (found.length > 0) {
            throw new Error(found.join("\n"));
        }
    }

    private async import(step: Step, index: number, found: string[]): Promise<void> {
        const { resourceName = "", importStateIdPrefix: prefix = "", importStateVerifyIgnore = [] } = step;
        const recorded = this.configuration.find(resourceName);
        if (!recorded) {
            found.push(`import: ${resourceName} is not in the state`);
            return;
        }
        const { token, id: own } = recorded;
        const id = step.importStateIdFunc
            ? await this.evaluator.importId(this.test, index, this.configuration.state)
            : (step.importStateId ?? own);
        const read = this.world.provider.read(token, prefix + id, {});
        if (!read) {
            found.push(`import: Cannot import non-existent remote object ${prefix}${id}`);
            return;
        }
        if (step.importStateVerify) {
            // The framework compares with the resource in the state that has this ID.
            const same = this.stack.resources.find((each) => each.token === token && each.id === read.id) ?? recorded;
            const paths = importDifferences(
                token,
                { ...same.state, id: same.id },
                { ...read.state, id: read.id },
                importStateVerifyIgnore,
            );
            found.push(...paths.map((path) => `import: ${resourceName}: ${path} is read differently`));
        }
    }
}

const actions: Record<string, string[]> = {
    Noop: [],
    Create: ["create"],
    Update: ["update"],
    Destroy: ["delete"],
    Replace: ["replace"],
    DestroyBeforeCreate: ["replace"],
    CreateBeforeDestroy: ["replace"],
};

/** @param changes by address */
function failedPlan({ check, address = "", action = "Read" }: PlanCheck, changes: Map<string, string>): string[] {
    switch (check) {
        case "ExpectEmptyPlan":
            return [...changes].map(([each, change]) => `the plan should be empty: ${change} ${each}`);
        case "ExpectNonEmptyPlan":
            return changes.size > 0 ? [] : ["the plan should not be empty"];
        case "expectNoDelete":
            return ["delete", "replace"].includes(changes.get(address) ?? "")
                ? [`${address} should not be deleted`]
                : [];
        case "ExpectResourceAction": {
            const change = changes.get(address);
            const expected = actions[action];
            const isExpected =
                expected === undefined || (change === undefined ? expected.length === 0 : expected.includes(change));
            return isExpected ? [] : [`${address} should be ${action}, and is ${change ?? "unchanged"}`];
        }
    }
}
