import { readFileSync } from "node:fs";
import { join } from "node:path";
import { newFolder } from "../../test/unit/local/world";
import { canBootstrap } from "./acceptance/bootstrap";
import { Evaluator } from "./acceptance/evaluator";
import { differencesOf } from "./acceptance/steps";
import { hasRules } from "./acceptance/terraform";
import { type AcceptanceTest, type Step, tests } from "./acceptance/tests";
import { type Case, judge } from "./judge";

/** The checkout of the provider, as `npm run oracles -- --from` sets it after it has extracted the tests. */
const { SLIPWAY_ACCEPTANCE: from = "" } = process.env;
const extracted = join(__dirname, "..", "..", ".slipway", "acceptance", "tests.jsonl");

/** Lists of resources are no part of Pulumi. */
const isSimulated = (test: AcceptanceTest) =>
    test.steps?.every(({ query }) => !query) && test.types?.every(hasRules) && canBootstrap(test);

const cases = tests(extracted)
    .filter(isSimulated)
    .map((test): Case & { test: AcceptanceTest } => ({
        name: `${test.service} ${test.name}`,
        unit: test.file,
        service: test.service,
        test,
    }));

let evaluator: Evaluator;

beforeAll(async () => {
    evaluator = await Evaluator.start(from, newFolder());
});

afterAll(() => evaluator.close());

const exceptions = JSON.parse(readFileSync(join(__dirname, "acceptance", "exceptions.json"), "utf8"));

/** The steps that were refused as they expect. */
const refused = new Set<Step>();

/** The acceptance tests of the Terraform provider, whose resources are all simulated. */
judge({
    name: "acceptance",
    cases,
    run: ({ test }) => differencesOf(test, evaluator, from, (step) => refused.add(step)),
    exceptions,
    errors({ test: { steps = [] } }) {
        const expected = steps.filter(({ expectError }) => expectError !== undefined);
        return { cases: expected.length, passed: expected.filter((step) => refused.has(step)).length };
    },
});
