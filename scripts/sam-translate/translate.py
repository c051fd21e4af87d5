#!/usr/bin/env python3
"""Print what the AWS SAM translator makes of a template, as JSON.

    pip install aws-sam-translator==1.110.0 pyyaml
    scripts/sam-translate/translate.py TEMPLATE [PARAMETER=VALUE ...]

It needs no network and no credentials. The region is us-east-1. Names of managed policies are those that the
translator bundles. As sam package does, code and definitions that are files become objects of a bucket; applications
of the Serverless Application Repository, which the translator asks for over the network, are left out.

The outputs beside the templates of sources/cloudformation/sam/testdata are refreshed by

    for f in sources/cloudformation/sam/testdata/*.yaml; do
        scripts/sam-translate/translate.py "$f" > "${f%.yaml}.translated.json"
    done
"""

import json
import logging
import os
import sys

os.environ["AWS_DEFAULT_REGION"] = "us-east-1"

from samtranslator.model.exceptions import InvalidDocumentException  # noqa: E402
from samtranslator.parser.parser import Parser  # noqa: E402
from samtranslator.translator.translator import Translator  # noqa: E402
from samtranslator.yaml_helper import yaml_parse  # noqa: E402

# Properties that name files before sam package.
FILES = {
    "AWS::Serverless::Function": "CodeUri",
    "AWS::Serverless::LayerVersion": "ContentUri",
    "AWS::Serverless::StateMachine": "DefinitionUri",
    "AWS::Serverless::Api": "DefinitionUri",
    "AWS::Serverless::HttpApi": "DefinitionUri",
}


def package(template):
    """Replace files as sam package does, and leave applications out."""
    code = template.get("Globals", {}).get("Function", {})
    if is_file(code.get("CodeUri")):
        code["CodeUri"] = "s3://packaged/globals"
    for name, resource in list(template.get("Resources", {}).items()):
        kind = resource.get("Type")
        if kind == "AWS::Serverless::Application":
            del template["Resources"][name]
        properties = resource.get("Properties") or {}
        given = properties.get(FILES.get(kind))
        if is_file(given):
            properties[FILES[kind]] = "s3://packaged/" + name
        elif kind == "AWS::Serverless::Function" and not {"CodeUri", "InlineCode", "ImageUri"} & {*properties, *code}:
            properties["CodeUri"] = "s3://packaged/" + name


def is_file(value):
    return isinstance(value, str) and not value.startswith("s3://")


def main():
    logging.disable(logging.CRITICAL)
    with open(sys.argv[1], encoding="utf-8") as f:
        template = yaml_parse(f.read())
    package(template)
    parameters = dict(a.split("=", 1) for a in sys.argv[2:])
    try:
        out = Translator({}, Parser()).translate(template, parameters)
    except InvalidDocumentException as e:
        sys.exit("; ".join([e.message, *(c.message for c in e.causes)]))
    for resource in out["Resources"].values():  # the translator keeps some of them in sets
        if isinstance(resource.get("DependsOn"), list):
            resource["DependsOn"].sort()
    json.dump(out, sys.stdout, indent=2, sort_keys=True, default=str)
    print()


if __name__ == "__main__":
    main()
