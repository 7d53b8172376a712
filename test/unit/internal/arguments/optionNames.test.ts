import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import * as slipway from "slipway";
import * as kubernetes from "slipway/gke";
import { equivalents, namesIn } from "../../../../docs/tools/equivalents";
import { meant, misspelled } from "../../../../lib/internal/arguments/optionNames";
import { ofGenerator } from "../../componentData";
import { registered } from "../../registered";

/** What someone writes who knows gcloud, Terraform or Google's modules, and what it is here, in the data files of components. */
const guesses = ofGenerator<Record<string, { guesses?: Record<string, string> }>>("components(process.cwd())");

const all: Record<string, unknown> = { ...slipway, ...kubernetes };

/** What the error says of each option, which a component may have: its name in quotes, or the text that follows. */
async function answers(component: string, options: string[]): Promise<Record<string, string>> {
    const given = Object.fromEntries(options.map((option) => [option, {}]));
    let message = "";
    await registered(() => {
        try {
            Reflect.construct(all[component] as never, ["any", given]);
        } catch (error) {
            message = pulumi.RunError.isInstance(error) ? error.message : `${error}`;
        }
    });
    const lines = message.split("\n");
    return Object.fromEntries(
        options.map((option) => {
            const unknown = `unknown option "${option}"`;
            const line = lines.find((each) => each.includes(unknown));
            const text = line?.slice(line.indexOf(unknown) + unknown.length) ?? `"${option}"`;
            return [option, text.replace(/ \[value\/.*/, "").replace(/; the (options are|only option).*/, "")];
        }),
    );
}

const names = (answer: string, path: string) => answer.includes(`"${path}"`) || answer.includes(`\`${path}\``);

/** Whether an answer has what a data file expects of it. */
const isRight = (answer: string, expected: string) =>
    expected.startsWith("~ ")
        ? expected
              .slice(2)
              .split(" | ")
              .some((text) => answer.includes(text))
        : expected.split(" | ").some((path) => names(answer, path));

test.each(
    Object.entries(guesses).flatMap(([component, { guesses: expected }]) =>
        expected ? [[component, expected] as const] : [],
    ),
)("%s says what others call otherwise", async (component, expected) => {
    const found = await answers(component, Object.keys(expected));
    expect(Object.entries(found).filter(([guess, answer]) => !isRight(answer, expected[guess] as string))).toEqual([]);
});

const camel = (option: string) =>
    option.replace(/^--/, "").replaceAll(/[-_ ]([a-z\d])/g, (_, letter: string) => letter.toUpperCase());

/** The rows of the tables of other tools, by component and option. */
const rows: Record<string, Record<string, string[]>> = {};
for (const name of ["fabric", "google", "gcloud", "serverless", "words"]) {
    for (const { component, arguments: found } of equivalents(join(__dirname, "..", "..", "..", "..", "docs"), name)
        .sections) {
        for (const [option, text] of Object.entries(found ?? {})) {
            if (!option.includes(".") && !/see the next rows/.test(text)) {
                const texts = rows[component] ?? {};
                rows[component] = { ...texts, [camel(option)]: [...(texts[camel(option)] ?? []), text] };
            }
        }
    }
}

test.each(Object.entries(rows))("%s answers with the rows of the tables", async (component, expected) => {
    const found = await answers(component, Object.keys(expected));
    const isAnswered = ([option, texts]: [string, string[]]) => {
        const answer = found[option] as string;
        const isHint = answer.startsWith(". ") || texts.some((text) => answer.includes(text.replace(/\.$/, "")));
        return isHint || [option, ...texts.flatMap(namesIn)].some((path) => names(answer, path));
    };
    const wrong = Object.entries(expected).filter((row) => !isAnswered(row));
    expect(wrong.map(([option]) => [option, found[option]])).toEqual([]);
});

test.each<[string, string[], string | undefined]>([
    ["memoryGib", ["cpu", "memoryGb"], "memoryGb"],
    ["backoffMs", ["latency", "backoffSeconds"], "backoffSeconds"],
    ["ioMs", ["latency", "ioSeconds"], "ioSeconds"],
    ["xMs", ["latency", "xSeconds"], undefined],
    ["sec", ["latency", "days"], undefined],
    ["mins", ["latency", "hours"], undefined],
    ["days", ["latency", "hours"], undefined],
    ["retryFast", ["retry", "labels"], undefined],
    ["portRange", ["port", "labels"], undefined],
    ["labe", ["expiration", "labels"], "labels"],
    ["lab", ["expiration", "labels"], undefined],
    ["la", ["la", "labels"], "la"],
    ["pert", ["port", "labels"], "port"],
    ["abcdefgh", ["abcdefxy"], "abcdefxy"],
    ["abcdefg", ["abcdexy"], undefined],
    ["abcdefghijkl", ["abcdefghijxy"], "abcdefghijxy"],
    ["abcdefghijkl", ["abcdefghixyz"], undefined],
    ["iam", ["iap"], undefined],
    ["users", ["uses"], undefined],
    ["enableCdn", ["labels", "cdn"], "cdn"],
    ["insightsConfig", ["labels", "insights"], "insights"],
    ["flie", ["labels", "file"], "file"],
    ["noncurrentDays", ["age", "timeSinceNoncurrent"], "timeSinceNoncurrent"],
    ["periodMinutes", ["labels", "interval"], "interval"],
    ["diskMib", ["diskSize", "disk"], "disk"],
])("%s of the options %j means %s", (name, known, option) => {
    expect(meant(name, known) ?? misspelled(name, known)).toBe(option);
});
