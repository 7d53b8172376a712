import * as check from "../../../../lib/internal/arguments/check";
import { fractionOf, sampling } from "../../../../lib/internal/arguments/percent";

const args = check.options<{ share: number }>({ share: sampling });

test.each([0.5, 1, 50, 100])("%d percent can be sampled", (share) => {
    expect(check.checked("Logs", { share }, args)).toEqual({ share });
});

test.each([0, -1, 100.1, "50"])("%j percent cannot be sampled", (share) => {
    expect(() => check.checked("Logs", { share } as never, args)).toThrow(
        "share: must be a percentage above 0, up to 100",
    );
});

test("a fraction has no digits that a division adds", () => {
    expect(fractionOf(0.7)).toBe(0.007);
});
