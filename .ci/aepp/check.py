"""Works on the emulator with `aepp`, the Python client of Experience Platform, as its users do on the platform."""

import pathlib
import sys

import emulator

import dataflow
import specs

SSS, REPOSITORY = sys.argv[1], pathlib.Path(sys.argv[2])


def main():
    with emulator.running(SSS) as (environment, directory, instance):
        identifier = specs.check(instance, REPOSITORY)
        specs.check_plan(SSS, REPOSITORY, environment, directory, identifier)
        print("aepp works on the emulator: token, list, read, post and put of specs")
        dataflow.check_raw(instance, environment)
        print("aepp works on the emulator: a dataflow of raw data, from the schema to its events and away again")
        dataflow.check_xdm(instance, environment)
        print("aepp works on the emulator: the same for XDM, over an inlet that asks for a token")


main()
