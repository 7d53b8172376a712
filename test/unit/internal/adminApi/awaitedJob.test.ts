import { AdminError } from "../../../../lib/internal/adminApi/adminApi";
import { createOnce } from "../../../../lib/internal/adminApi/awaitedJob";
import { simulatedClock } from "../../clock";

/** A resource whose creations end like this, one after the other and then as the last one; with the number of creations. */
function creating(endings: (number | "created")[], finds: (attempt: number) => string | undefined = () => undefined) {
    const counts = { found: 0, created: 0 };
    const find = async () => finds(counts.found++);
    const create = async () => {
        const ending = endings[Math.min(counts.created++, endings.length - 1)];
        if (typeof ending === "number") {
            throw new AdminError(ending, `error ${ending}`);
        }
        return "new";
    };
    return { find, create, counts };
}

test("what an earlier deployment has created is not created again", async () => {
    const { find, create, counts } = creating(["created"], () => "earlier");
    expect([await createOnce(find, create), counts.created]).toEqual(["earlier", 0]);
});

test("a creation that works is made once", async () => {
    const { find, create, counts } = creating(["created"]);
    expect([await createOnce(find, create), counts]).toEqual(["new", { found: 1, created: 1 }]);
});

test("what a call without an answer has created is found before it is created again", async () => {
    const waited = simulatedClock();
    const { find, create, counts } = creating([503], (attempt) => (attempt === 3 ? "created after all" : undefined));
    expect([await createOnce(find, create), counts.created]).toEqual(["created after all", 3]);
    expect(waited()).toBe(1000 + 2000 + 4000);
});

test.each([429, 500, 503, 409])("a creation that fails with %d is repeated for three minutes", async (status) => {
    const waited = simulatedClock();
    const { find, create } = creating([status]);
    await expect(createOnce(find, create)).rejects.toMatchObject({ status });
    // The last pause starts when three minutes have passed.
    expect(waited()).toBe(1000 + 2000 + 4000 + 8000 + 12 * 15_000);
});

test.each([400, 403, 404])("a creation that is refused with %d is not repeated", async (status) => {
    const { find, create, counts } = creating([status, "created"]);
    await expect(createOnce(find, create)).rejects.toMatchObject({ status });
    expect(counts.created).toBe(1);
});

test("a creation is repeated after an error that the resource names", async () => {
    simulatedClock();
    const begun = ({ message }: AdminError) => message === "error 400";
    const [first, other] = [creating([400, "created"]), creating([409, "created"])];
    expect(await createOnce(first.find, first.create, begun)).toBe("new");
    await expect(createOnce(other.find, other.create, begun)).rejects.toMatchObject({ status: 409 });
});
