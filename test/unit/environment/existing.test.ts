import { answers, existingResources } from "../everythingExisting";
import { registered } from "../registered";

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
