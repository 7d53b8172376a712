import { lookUp } from "../../../lib/environment/existing";
import * as check from "../../../lib/internal/check";
import { answers, existingResources } from "../everythingExisting";
import { outcomeOf, registered } from "../registered";

test("what exists already is looked up by its name, in the project and the place that the program names", async () => {
    const calls: string[] = [];
    await registered(existingResources, {
        ...answers,
        call: (token, inputs) => {
            calls.push(`${token.replace(/.*:/, "")} ${JSON.stringify(inputs)}`);
            return answers.call(token, inputs);
        },
    });
    expect(calls.sort()).toMatchSnapshot();
});

/** The text of Google: https://cloud.google.com/apis/docs/troubleshooting */
const disabled =
    "googleapi: Error 403: Cloud Pub/Sub API has not been used in project acme-dev before or it is disabled. Enable it by visiting https://console.developers.google.com/apis/api/pubsub.googleapis.com/overview?project=acme-dev then retry.";

test.each([
    [
        "an API that is not enabled",
        disabled,
        /cannot be looked up, because the API is not enabled.*\[environment\/existing-api-disabled\]/s,
    ],
    [
        "what does not exist",
        "topic sales not found",
        /does not exist: topic sales not found\. It must exist in acme-dev.*\[environment\/existing-missing\]/s,
    ],
])("the error names %s", async (_, details, expected) => {
    const find = () => Promise.reject<{ id: string }>(new Error(details));
    const outcome = await outcomeOf(() => lookUp("PubSubTopic", "sales", check.text(), {}, find, "id").id);
    expect((outcome as Error).message).toMatch(expected);
});
