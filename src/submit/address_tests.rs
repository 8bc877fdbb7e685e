use super::*;

fn address(remote: &str) -> Option<(Host, String)> {
    let head = Project::read(remote)?;
    let wanted =
        Wanted { head: &head, branch: "sss/acme", base: &head, base_branch: "main", title: "Add A&B", text: "é #1\n" };
    let host = head.kind()?;
    Some((host, Address::of(host, &wanted).url))
}

#[test]
fn every_form_of_a_remote_leads_to_its_page() {
    let github = "/acme/sources/compare/main...sss/acme?quick_pull=1&title=Add%20A%26B&body=%C3%A9%20%231%0A";
    let gitlab = "/-/merge_requests/new?merge_request%5Bsource_branch%5D=sss%2Facme&merge_request%5Btarget_branch%5D=main\
                  &merge_request%5Btitle%5D=Add%20A%26B&merge_request%5Bdescription%5D=%C3%A9%20%231%0A";
    let bitbucket = "https://bitbucket.org/acme/sources/pull-requests/new?source=sss%2Facme&dest=main";
    let azure = "/_git/sources/pullrequestcreate?sourceRef=sss%2Facme&targetRef=main";
    for (remote, host, page) in [
        ("https://github.com/acme/sources.git", Host::GitHub, format!("https://github.com{github}")),
        ("https://github.com/acme/sources", Host::GitHub, format!("https://github.com{github}")),
        ("https://github.com/acme/sources/", Host::GitHub, format!("https://github.com{github}")),
        ("https://me:secret@github.com/acme/sources.git", Host::GitHub, format!("https://github.com{github}")),
        ("https://secret@GitHub.com/acme/sources.git", Host::GitHub, format!("https://github.com{github}")),
        ("git@github.com:acme/sources.git", Host::GitHub, format!("https://github.com{github}")),
        ("github.com:acme/sources", Host::GitHub, format!("https://github.com{github}")),
        ("git@github.com:/acme/sources.git", Host::GitHub, format!("https://github.com{github}")),
        ("ssh://git@github.com/acme/sources.git", Host::GitHub, format!("https://github.com{github}")),
        ("ssh://git@ssh.github.com:443/acme/sources.git", Host::GitHub, format!("https://github.com{github}")),
        ("git+ssh://git@github.com/acme/sources.git", Host::GitHub, format!("https://github.com{github}")),
        ("git://github.com/acme/sources.git", Host::GitHub, format!("https://github.com{github}")),
        (
            "https://github.acme.example:8443/acme/sources",
            Host::GitHub,
            format!("https://github.acme.example:8443{github}"),
        ),
        ("http://ghe.acme.example/acme/sources", Host::GitHub, format!("http://ghe.acme.example{github}")),
        ("https://acme.ghe.com/acme/sources", Host::GitHub, format!("https://acme.ghe.com{github}")),
        (
            "ssh://git@github.acme.example:2222/acme/sources",
            Host::GitHub,
            format!("https://github.acme.example{github}"),
        ),
        (
            "https://gitlab.com/acme/deep/sources.git",
            Host::GitLab,
            format!("https://gitlab.com/acme/deep/sources{gitlab}"),
        ),
        (
            "git@gitlab.acme.example:acme/sources.git",
            Host::GitLab,
            format!("https://gitlab.acme.example/acme/sources{gitlab}"),
        ),
        ("git@altssh.gitlab.com:acme/sources.git", Host::GitLab, format!("https://gitlab.com/acme/sources{gitlab}")),
        ("https://me@bitbucket.org/acme/sources.git", Host::Bitbucket, bitbucket.to_owned()),
        ("git@bitbucket.org:acme/sources.git", Host::Bitbucket, bitbucket.to_owned()),
        (
            "https://acme@dev.azure.com/acme/My%20Team/_git/sources",
            Host::Azure,
            format!("https://dev.azure.com/acme/My%20Team{azure}"),
        ),
        (
            "git@ssh.dev.azure.com:v3/acme/My%20Team/sources",
            Host::Azure,
            format!("https://dev.azure.com/acme/My%20Team{azure}"),
        ),
        (
            "https://acme.visualstudio.com/Team/_git/sources",
            Host::Azure,
            format!("https://acme.visualstudio.com/Team{azure}"),
        ),
        (
            "acme@vs-ssh.visualstudio.com:v3/acme/Team/sources",
            Host::Azure,
            format!("https://acme.visualstudio.com/Team{azure}"),
        ),
    ] {
        assert_eq!(address(remote), Some((host, page)), "{remote}");
    }
}

#[test]
fn what_is_on_this_machine_or_elsewhere_has_no_page() {
    for remote in [
        "/srv/git/sources.git",
        "../sources",
        "file:///srv/sources.git",
        "C:\\git\\sources",
        "C:/git",
        "",
        "ftp://a/b",
        "https://github.com",
        "https:///a",
    ] {
        assert_eq!(Project::read(remote), None, "{remote}");
    }
    let unknown = Project::read("https://git.acme.example/acme/sources").unwrap();
    assert_eq!(unknown.kind(), None, "the name does not tell what answers there");
    assert_eq!(Project::read("git@notgithub.example:a/b").unwrap().kind(), None);
}

#[test]
fn nobody_s_name_or_password_is_kept() {
    for remote in [
        "https://me:s3cret@git.acme.example:8443/acme/sources.git?token=s3cret#s3cret",
        "ssh://me:s3cret@h/a",
        "s3cret@h.example:a",
    ] {
        let project = Project::read(remote).unwrap();
        assert!(!format!("{project} {project:?}").contains("s3cret"), "{project:?}");
    }
    assert_eq!(Project::read("me@host.example:a/b.git").unwrap().to_string(), "ssh://host.example/a/b");
}

#[test]
fn a_fork_asks_what_it_is_a_fork_of() {
    let base = Project::read("https://github.com/AdobeDocs/experience-platform.en.git").unwrap();
    let compare = |remote: &str| {
        let head = Project::read(remote).unwrap();
        let wanted = Wanted { head: &head, branch: "sss/acme", base: &base, base_branch: "main", title: "", text: "" };
        Address::of(Host::GitHub, &wanted).url.split('?').next().unwrap().to_owned()
    };
    let begin = "https://github.com/AdobeDocs/experience-platform.en/compare/main...";
    assert_eq!(compare("git@github.com:me/experience-platform.en.git"), format!("{begin}me:sss/acme"));
    assert_eq!(compare("git@github.com:me/docs.git"), format!("{begin}me:docs:sss/acme"));
    assert_eq!(compare("git@github.com:AdobeDocs/experience-platform.en.git"), format!("{begin}sss/acme"));
}

#[test]
fn a_text_that_is_too_long_for_an_address_is_left_out() {
    let head = Project::read("https://github.com/acme/sources").unwrap();
    let text = "x".repeat(LONGEST);
    let wanted = Wanted { head: &head, branch: "b", base: &head, base_branch: "main", title: "t", text: &text };
    let address = Address::of(Host::GitHub, &wanted);
    assert!(address.has_title && !address.has_text);
    assert_eq!(address.url, "https://github.com/acme/sources/compare/main...b?quick_pull=1&title=t");
}

#[test]
fn addresses_are_encoded_and_decoded_again() {
    let all: String = (1..0x250_u32).filter_map(char::from_u32).collect();
    assert_eq!(decoded(&encoded(&all, "")), all);
    assert_eq!(decoded("100%"), "100%");
    assert_eq!(decoded("%zz%4"), "%zz%4");
    assert_eq!(decoded("%ff"), "%ff");
}
