import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Expectation, expectations, fixtures, otherTypes, type Verdicts, verdicts } from "./checkov/fixtures";
import { judge } from "./judge";

const read = (file: string) => JSON.parse(readFileSync(join(__dirname, "checkov", file), "utf8"));

let found: Promise<Verdicts> | undefined;

/** Those of all fixtures, because Checkov takes most of the time to start. */
function scannedOnce(): Promise<Verdicts> {
    found ??= verdicts(fixtures());
    return found;
}

/** What Checkov says about a resource in Terraform's language, it says about the same resource of a Pulumi program. */
judge<Expectation>({
    name: "checkov",
    cases: expectations(),
    exceptions: read("exceptions.json"),
    async run(each) {
        const verdict = (await scannedOnce()).of(each);
        return verdict === each.verdict ? [] : [`${verdict ?? "is not judged"}, and ${each.verdict} in Terraform`];
    },
});

test("checkov: the schema has all types of the fixtures but those that the provider removed", () => {
    expect(otherTypes()).toEqual(["google_project_services"]);
});

test("checkov: only arguments that the provider does not have are left out, and what Terraform refuses", async () => {
    expect((await scannedOnce()).leftOut).toEqual(read("leftOut.json"));
});
