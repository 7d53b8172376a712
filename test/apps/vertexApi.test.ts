import { methods } from "../../local/emulator/vertex/api";
import { Discovery } from "../discovery";

let document: Discovery;
beforeAll(async () => {
    document = await Discovery.of("aiplatform.v1");
});

test.each(methods.map((method) => [method.id, method] as const))("%s is a method of Google's API", (id, method) => {
    const { verb, path, query = [], fields = [] } = method;
    const found = document.methods.get(id);
    expect([verb, path]).toEqual([found?.httpMethod, found?.flatPath]);
    expect(Object.keys(found?.parameters ?? {})).toEqual(expect.arrayContaining(query));
    // Distinguishes a value without a type from an unknown field.
    const strangers = fields.flatMap((field) => document.strangers(found?.request ?? {}, { [field]: undefined }));
    expect(strangers.filter((each) => each.endsWith("is not in the discovery document"))).toEqual([]);
});
