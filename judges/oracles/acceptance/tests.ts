import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { install } from "../../../local/toolchain";
import { executable, run } from "../../../local/toolchain/process";
import { environment } from "./environment";

/** Something that exists before a test, by the API's names of its properties. */
export interface Bootstrap {
    kind:
        | "network"
        | "subnetwork"
        | "globalAddress"
        | "serviceConnection"
        | "networkAttachment"
        | "storagePool"
        | "firewall"
        | "key"
        | "serviceAccount"
        | "member"
        | "tagKey"
        | "tagValue"
        | "project"
        | "folder";
    properties: Record<string, unknown>;
}

/** An expectation of a plan, by the function of the framework or of the provider. */
export interface PlanCheck {
    when: "PreApply" | "PostApplyPreRefresh" | "PostApplyPostRefresh";
    check: "ExpectResourceAction" | "ExpectEmptyPlan" | "ExpectNonEmptyPlan" | "expectNoDelete";
    address?: string;
    action?:
        | "Noop"
        | "Create"
        | "Read"
        | "Update"
        | "Destroy"
        | "DestroyBeforeCreate"
        | "CreateBeforeDestroy"
        | "Replace";
}

/** An expectation of the state, by the function of Terraform's test framework. */
export interface StateCheck {
    check:
        | "TestCheckResourceAttr"
        | "TestCheckResourceAttrSet"
        | "TestCheckNoResourceAttr"
        | "TestCheckResourceAttrPair"
        | "TestMatchResourceAttr"
        | "TestCheckOutput";
    arguments: string[];
}

/** A step of a test, with the meanings of Terraform's test framework. */
export interface Step {
    /** In Terraform's language. */
    config?: string;
    /** Lists resources, with another language. */
    query?: true;
    resourceName?: string;
    importState?: true;
    importStateVerify?: true;
    importStateVerifyIgnore?: string[];
    importStateId?: string;
    importStateIdPrefix?: string;
    /** The identifier is what `Evaluator.importId` returns. */
    importStateIdFunc?: true;
    importStateKind?: string;
    refreshState?: true;
    /** A regular expression of Go. */
    expectError?: string;
    planOnly?: true;
    expectNonEmptyPlan?: true;
    destroy?: true;
    planChecks?: PlanCheck[];
    checks?: StateCheck[];
    /** Functions that the step also runs, and that are not extracted. */
    functions?: string[];
}

/** Why a test has no steps. */
export const reasons = {
    "unit test": "does not apply a configuration",
    "skips itself": "is skipped, also by its own module, without more of an environment",
    "unknown value":
        "has a configuration, or takes a decision, that depends on an answer of Google Cloud or on other modules",
    "unsupported code": "uses more of Go than the interpreter knows",
    bootstrap: "prepares something that cannot be named before",
    "configuration in files": "has its configuration in files",
};

/** An acceptance test, or a test function of which no test could be extracted. */
export interface AcceptanceTest {
    /** With the names of subtests: `TestAccSqlDatabase/basic`. */
    name: string;
    function: string;
    /** The path in the checkout, which is what is held out as one. */
    file: string;
    service: string;
    reason?: keyof typeof reasons;
    /** What the reason is about. */
    detail?: string;
    bootstrap?: Bootstrap[];
    /** Functions that the test calls before, and that are not extracted. */
    setup?: string[];
    /** Other providers than Google's: `random`, `time`. */
    providers?: string[];
    /** The types of the resources, and with `data.` those of the data sources, of all steps. */
    types?: string[];
    steps?: Step[];
}

/** The program that extracts tests and evaluates configurations, and its first arguments. */
export async function program(
    from: string,
    folder: string,
): Promise<{ extract: string; from: string; variables: string }> {
    const built = await install("extract", (line) => process.stderr.write(`${line}\n`), __dirname);
    mkdirSync(folder, { recursive: true });
    const variables = join(folder, "environment.json");
    writeFileSync(variables, JSON.stringify(environment(join(folder, "files"))));
    return { extract: join(built, executable("extract")), from, variables };
}

/** Extracts the tests of a checkout of the provider to a file in a folder, and returns its path. */
export async function extract(from: string, folder: string): Promise<string> {
    if (!existsSync(join(from, "google", "services"))) {
        throw new Error(`${from} is no checkout of terraform-provider-google: it has no folder google/services.`);
    }
    const found = await program(from, folder);
    const file = join(folder, "tests.jsonl");
    await run(found.extract, [from, found.variables, file]);
    return file;
}

/** The acceptance tests of a file that `extract` wrote, also those without steps. */
export function tests(file: string): AcceptanceTest[] {
    const all: AcceptanceTest[] = readFileSync(file, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line));
    // The provider's unit tests have other names.
    return all.filter((each) => each.function.startsWith("TestAcc"));
}
