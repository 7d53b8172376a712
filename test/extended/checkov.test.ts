import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { Deployment } from "../deploy/deployment";
import { Accepted, type Finding, suppressions } from "../suppressions";
import { pageExamples } from "../unit/pages";
import { scanned } from "./checkov/scan";
import { terraformPlan } from "./terraformPlan";

const examples = join(__dirname, "..", "..", "examples");
const starters = readdirSync(examples);
const hasStack = (starter: string, stack: string) => existsSync(join(examples, starter, `Pulumi.${stack}.yaml`));

/** The examples of the pages that can be one program, and those with a cluster. */
const together = pageExamples.filter((file) => file === basename(file));
const withCluster = pageExamples.filter((file) => file !== basename(file));

const nameOf = (file: string) => basename(file, ".ts");

/** The output of a preview, which must succeed. */
async function previewed(program: Deployment, stack: string): Promise<string> {
    const { code, output } = await program.run(["preview", "-s", stack, "--json"]);
    await program.remove();
    expect({ code, output }).toEqual({ code: 0, output });
    return output;
}

/** The plans of starters by name, each in the stack that is selected for it. */
async function plansOfStarters(stackOf: (starter: string) => string): Promise<Record<string, object>> {
    const plans: Record<string, object> = {};
    for (const starter of starters.filter((each) => hasStack(each, stackOf(each)))) {
        plans[starter] = terraformPlan(await previewed(Deployment.starter(starter), stackOf(starter)));
    }
    return plans;
}

/** The plans of the pages' examples by name. */
async function plansOfExamples(stack: string): Promise<Record<string, object>> {
    const output = await previewed(Deployment.pages(together), stack);
    const plans = together.map((file) => [nameOf(file), terraformPlan(output, `${nameOf(file)}/`)]);
    for (const file of withCluster) {
        plans.push([nameOf(file), terraformPlan(await previewed(Deployment.pages([file]), stack))]);
    }
    return Object.fromEntries(plans);
}

/** Scans plans, and returns what Checkov finds and what it has read. */
async function scan(plans: Record<string, object>) {
    const folder = mkdtempSync(join(tmpdir(), "slipway-plans-"));
    for (const [name, plan] of Object.entries(plans)) {
        writeFileSync(join(folder, `${name}.json`), JSON.stringify(plan));
    }
    const { results, summary } = await scanned(folder);
    rmSync(folder, { recursive: true });
    expect(results.parsing_errors).toEqual([]);
    const findings = results.failed_checks.map(({ check_id: check, file_path, resource }): Finding => {
        return { check, program: basename(file_path, ".json"), resource: resource.slice(resource.indexOf(".") + 1) };
    });
    return { findings, summary };
}

const accepted = new Accepted("checkov", suppressions.production);

test("Checkov finds in starters and pages' examples for production only what is suppressed, each with a reason", async () => {
    const ofStarters = await plansOfStarters((starter) => (hasStack(starter, "prod") ? "prod" : "acme"));
    expect(Object.keys(ofStarters)).toEqual(starters);
    const { findings, summary } = await scan({ ...(await plansOfExamples("prod")), ...ofStarters });
    expect(accepted.others(findings)).toEqual([]);
    expect(accepted.unmet).toEqual([]);
    expect(summary.passed).toBeGreaterThan(1600);
    expect(summary.resource_count).toBeGreaterThan(1600);
});

test("in development the starters only have in addition what their environments leave out", async () => {
    const { findings } = await scan(await plansOfStarters(() => "dev"));
    const leftOut = new Accepted("checkov", suppressions.development);
    expect(leftOut.others(accepted.others(findings))).toEqual([]);
    expect(leftOut.unmet).toEqual([]);
});
