import { regionProblem } from "../../../../lib/internal/arguments/locations";

const key = "projects/acme-dev/locations/us-east1/keyRings/data/cryptoKeys/one";

test.each<[string, string | undefined, string]>([
    [key, "the job", `must be in europe-west1, as the job is (got "${key}").`],
    ["europe-west4-a", undefined, 'must be in europe-west1 (got "europe-west4-a").'],
])("%s is in another region than %s", (value, owner, text) => {
    expect(regionProblem("key", value, "europe-west1", owner)?.reason).toBe(text);
});

test.each(["europe-west1-b", key.replace("us-east1", "europe-west1"), undefined])("%s is in the region", (value) => {
    expect(regionProblem("key", value, "europe-west1", "the job")).toBeUndefined();
});
