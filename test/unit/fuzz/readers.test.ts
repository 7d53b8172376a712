import * as pulumi from "@pulumi/pulumi";
import { holds } from "../../fuzz";
import { readers } from "./readers";
import { repeatedLike } from "./repeated";
import { textsLike } from "./text";
import { tried } from "./tried";

jest.spyOn(pulumi.log, "warn").mockResolvedValue();

describe.each(Object.entries(readers))("%s", (_, reader) => {
    test("is read or refused with its place, whatever it is", () => {
        holds(textsLike(reader.samples), 100, (text) => void tried(reader, text));
    });

    test("is read or refused with its place in time, if a part is there many times", () => {
        holds(repeatedLike(reader.samples), 3, (text) => void tried(reader, text));
    });
});
