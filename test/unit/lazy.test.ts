import * as fields from "../../lib";

test("lazily loaded names are those of the index, with the same values", () => {
    const lazy = require("../../lib/lazy");
    expect(Object.keys(lazy).sort()).toEqual(Object.keys(fields).sort());
    expect({ ...lazy }).toEqual({ ...fields });
});
