import inspect

import pytest

import retention as rt


@pytest.mark.parametrize("name", rt.__all__)
def test_every_public_name_says_what_it_is(name: str) -> None:
    public = getattr(rt, name)
    first = (inspect.getdoc(public) or "").split("\n")[0]
    assert first.endswith((".", ":")), f"{name} has no first sentence"


def test_an_unknown_name_is_refused_like_any_other() -> None:
    with pytest.raises(AttributeError, match="no attribute 'logo_retantion'"):
        rt.logo_retantion  # noqa: B018
