import { betaMethods, methods } from "../../local/runtime/services/vertex/api";
import { Discovery } from "../discovery";

let document: Discovery;
let beta: Discovery;
beforeAll(async () => {
    document = await Discovery.of("aiplatform.v1");
    beta = await Discovery.of("aiplatform.v1beta1");
});

const all = [...methods, ...betaMethods].map((method) => [method.id, method.path.split("/")[0], method] as const);

test.each(all)("%s is a method of Google's API in %s", (id, version, method) => {
    const { verb, path, query = [], fields = [] } = method;
    const api = version === "v1" ? document : beta;
    const found = api.methods.get(id);
    expect([verb, path]).toEqual([found?.httpMethod, found?.flatPath]);
    expect(Object.keys(found?.parameters ?? {})).toEqual(expect.arrayContaining(query));
    // Distinguishes a value without a type from an unknown field.
    const strangers = fields.flatMap((field) => api.strangers(found?.request ?? {}, { [field]: undefined }));
    expect(strangers.filter((each) => each.endsWith("is not in the discovery document"))).toEqual([]);
});
