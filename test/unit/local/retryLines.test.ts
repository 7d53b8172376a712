import { WithoutRetries } from "../../../local/commands/engine/retryLines";

/** The output without warnings of repeated calls, from pieces of a size. */
function shown(output: string, size: number): string {
    let passed = "";
    const lines = new WithoutRetries((text) => {
        passed += text;
    });
    for (let at = 0; at < output.length; at += size) {
        lines.write(output.slice(at, at + size));
    }
    lines.end();
    return passed;
}

const retry = (number: number) => `warning: retrying create due to on-error hook request (${number}/100)`;

const output = ` +  gcp:pubsub:Topic sales creating (0s)
 +  gcp:pubsub:Topic sales creating (0s) ${retry(1)}
@ updating.... +  gcp:pubsub:Topic sales creating (0s) ${retry(2)}
 +  gcp:pubsub:Topic sales created (1s) 1 warning
Diagnostics:
  gcp:pubsub:Topic (sales):
    ${retry(1)}
    ${retry(2)}

  gcp:storage:Bucket (models):
    ${retry(1)}
    error: the bucket exists
    ${retry(2)}

  pulumi:pulumi:Stack (shop-dev):
    sales: a new API is not effective yet

Resources:
    + 2 created
`;

test.each([1, 7, 10_000])(
    "warnings of repeated calls are left out, with headings of nothing else, in pieces of %d",
    (size) => {
        expect(shown(output, size)).toBe(` +  gcp:pubsub:Topic sales creating (0s)
 +  gcp:pubsub:Topic sales created (1s) 1 warning
Diagnostics:
  gcp:storage:Bucket (models):
    error: the bucket exists

  pulumi:pulumi:Stack (shop-dev):
    sales: a new API is not effective yet

Resources:
    + 2 created
`);
    },
);

test("colors are kept, and so is the same text in events", () => {
    const event = `{"diagnosticEvent":{"message":"${retry(1)}"}}`;
    expect(shown(`\x1b[1mDiagnostics:\x1b[0m\n${event}\n    \x1b[33m${retry(1)}\x1b[0m\nend`, 5)).toBe(
        `\x1b[1mDiagnostics:\x1b[0m\n${event}\nend`,
    );
});
