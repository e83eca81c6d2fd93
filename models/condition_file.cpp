#include "models/condition_file.hpp"

#include "engine/cohort/recruitment.hpp"

namespace equipoise {

/// Numbers that a table names freely, as a leaf of a table that is itself named freely.
template <>
struct Codec<ByName<Number>> {
  static std::string type() { return "table of " + Codec<Number>::type(); }
  static std::string text(const ByName<Number>&) { return "none"; }
  static std::optional<ByName<Number>> read(const Value& value, const std::string& path, const KeyInfo& info,
                                            Problems& problems) {
    if (!value.is_table()) {
      report_wrong_type(value, path, "a table of numbers", problems);
      return std::nullopt;
    }
    ByName<Number> numbers;
    for (const Value& item : value.items()) {
      auto number = Codec<Number>::read(item, join_path(path, item.key()), info, problems);
      if (number) numbers.items.push_back({item.key(), item.key_place(), *number});
    }
    return numbers;
  }
};

namespace {

constexpr Need required = Need::required;

Keys<EndpointPart> endpoint_keys() {
  Keys<EndpointPart> keys;
  keys.key("instrument", &EndpointPart::instrument,
           {.doc = "The instrument, as a paper names it.", .need = required})
      .key("unit", &EndpointPart::unit, {.doc = "What its values count.", .need = required})
      .key("kind", &EndpointPart::kind, {.doc = "What kind of quantity it is.", .need = required})
      .key("better", &EndpointPart::better, {.doc = "Which way is better.", .need = required})
      .key("minimum", &EndpointPart::minimum, {.doc = "The lowest value of a score."})
      .key("maximum", &EndpointPart::maximum, {.doc = "The highest value of a score."})
      .key("step", &EndpointPart::step,
           {.doc = "The step between values of a score; 0: not rounded.", .range = at_least(0)})
      .key("stopped_below", &EndpointPart::stopped_below,
           {.doc = "Of an amount: less than this is none at all.", .range = at_least(0)})
      .key("important_change", &EndpointPart::important_change,
           {.doc = "The smallest change that matters to a person.", .range = above(0)})
      .key("level", &EndpointPart::level,
           {.doc = "Share of the baseline variance that is a lasting difference between persons.",
            .range = between(0, 1),
            .need = required})
      .key("serial", &EndpointPart::serial,
           {.doc = "Share of the baseline variance in swings that fade over months.",
            .range = between(0, 1),
            .need = required})
      .key("serial_half_life", &EndpointPart::serial_half_life,
           {.doc = "Months in which the correlation of these swings halves.",
            .range = above(0),
            .need = required})
      .key("slope", &EndpointPart::slope,
           {.doc = "SD between persons of the yearly trend, in baseline SDs.",
            .range = at_least(0),
            .need = required})
      .key("level_slope_correlation", &EndpointPart::level_slope_correlation,
           {.doc = "Correlation of a person's level with the trend.",
            .range = between(-1, 1),
            .need = required})
      .key("followup_sd", &EndpointPart::followup_sd,
           {.doc = "What the spread tends to, as a multiple of baseline's.",
            .range = above(0),
            .need = required});
  return keys;
}

Keys<LossPart> dropout_keys() {
  Keys<LossPart> keys;
  keys.key("retention", &LossPart::retention,
           {.doc = "Share still in the trial at the last visit.",
            .range = above_up_to(0, 1),
            .need = required})
      .key("shape_months", &LossPart::shape_months,
           {.doc = "Months at which the share of the loss is known, increasing.",
            .range = above(0),
            .need = required})
      .key("shape", &LossPart::shape,
           {.doc = "Share of the whole loss that has happened by each of these months; the last is 1.",
            .range = between(0, 1),
            .need = required})
      .key("endpoint", &LossPart::endpoint,
           {.doc = "The endpoint that leaving depends on.", .need = required})
      .key("per_session", &LossPart::per_session,
           {.doc = "Change of the logit hazard of leaving for each session attended.", .need = required})
      .key("last_seen", &LossPart::last_seen,
           {.doc = "Change of it for the last value seen being an SD worse (missing at random).",
            .need = required})
      .key("unseen", &LossPart::unseen,
           {.doc = "Change of it for the value not yet seen being an SD worse (missing not at random).",
            .need = required})
      .key("missed_visit", &LossPart::missed_visit,
           {.doc = "Probability of missing a visit before the last and coming again.",
            .range = from_below(0, 1),
            .need = required});
  return keys;
}

Keys<ProfilePart> profile_keys() {
  Keys<BaselinePart> baseline;
  baseline
      .key("mean", &BaselinePart::mean,
           {.doc = "Latent mean at baseline, before the entry criteria.", .need = required})
      .key("sd", &BaselinePart::sd, {.doc = "Latent SD at baseline.", .range = above(0), .need = required});
  Keys<CoursePart> course;
  course
      .key("change", &CoursePart::change,
           {.doc = "Latent change without therapy in the long run.", .need = required})
      .key("half_life", &CoursePart::half_life,
           {.doc = "Months in which half of it has happened.", .range = above(0), .need = required});
  Keys<EntryPart> entry;
  entry
      .key("endpoint", &EntryPart::endpoint, {.doc = "The endpoint that decides on entry.", .need = required})
      .key("at_least", &EntryPart::at_least, {.doc = "The lowest baseline value that may enter."})
      .key("at_most", &EntryPart::at_most, {.doc = "The highest baseline value that may enter."});
  Keys<ProfilePart> keys;
  keys.key("title", &ProfilePart::title, {.doc = "Whom the profile resembles.", .need = required})
      .key("enrolment_rate", &ProfilePart::enrolment_rate,
           {.doc = "Participants enrolled a month over all sites.",
            .range = between(slowest_enrolment, fastest_enrolment),
            .need = required})
      .named("baseline", &ProfilePart::baseline, baseline,
             {.doc = "Every endpoint before the trial.", .need = required})
      .named("course", &ProfilePart::course, course,
             {.doc = "What happens without therapy; none where an endpoint is not listed."})
      .tables("entry", &ProfilePart::entry, entry, {.doc = "Entry criteria, all of which hold."})
      .table("dropout", &ProfilePart::dropout, dropout_keys(),
             {.doc = "Who is lost on the way.", .need = required});
  return keys;
}

Keys<TherapyPart> therapy_keys() {
  Keys<TherapyPart> keys;
  keys.key("title", &TherapyPart::title, {.doc = "The therapy in words.", .need = required})
      .key("in_groups", &TherapyPart::in_groups, {.doc = "Whether it meets in groups.", .need = required})
      .key("sessions", &TherapyPart::sessions,
           {.doc = "Sessions offered, one a week.", .range = between(0, 1000), .need = required})
      .key("never_attend", &TherapyPart::never_attend,
           {.doc = "Probability of attending none.", .range = between(0, 1), .need = required})
      .key("attendance_mean", &TherapyPart::attendance_mean,
           {.doc = "Mean of the beta-binomial share of the sessions, before a draw of none is repeated.",
            .range = between(0, 1),
            .need = required})
      .key("attendance_rho", &TherapyPart::attendance_rho,
           {.doc = "Intraclass correlation of the beta-binomial number of sessions.",
            .range = between(0, 1),
            .need = required})
      .key("half_dose", &TherapyPart::half_dose,
           {.doc = "Sessions that bring half of the most that any number could; 0: proportional.",
            .range = at_least(0),
            .need = required})
      .key("practice_asked", &TherapyPart::practice_asked,
           {.doc = "Home practice asked for, minutes a week.", .range = at_least(0), .need = required})
      .key("practice_mean", &TherapyPart::practice_mean,
           {.doc = "Home practice at first, minutes a week.", .range = at_least(0), .need = required})
      .key("practice_sd", &TherapyPart::practice_sd,
           {.doc = "Its SD between participants.", .range = at_least(0), .need = required})
      .key("practice_half_life", &TherapyPart::practice_half_life,
           {.doc = "Months in which practice halves.", .range = above(0), .need = required})
      .key("ramp", &TherapyPart::ramp,
           {.doc = "Months from the first session to the full effect.",
            .range = at_least(0),
            .need = required})
      .key("long_run", &TherapyPart::long_run,
           {.doc = "Share of the effect that lasts; above 1 it grows.",
            .range = at_least(0),
            .need = required})
      .key("half_life", &TherapyPart::half_life,
           {.doc = "Months in which half of the way to the long run is gone.",
            .range = above(0),
            .need = required})
      .key("practice_lengthening", &TherapyPart::practice_lengthening,
           {.doc = "Growth of that half-life for practising all that is asked, as a multiple of it.",
            .range = at_least(0),
            .need = required})
      .key("heterogeneity", &TherapyPart::heterogeneity,
           {.doc = "SD between persons of the effect, as a multiple of it.",
            .range = at_least(0),
            .need = required})
      .key(
          "moderation", &TherapyPart::moderation,
          {.doc = "Growth of the effect for an SD worse at baseline, as a multiple of it.", .need = required})
      .named("effect", &TherapyPart::effect,
             {.doc = "Full effect on an endpoint towards better, in baseline SDs; none where not listed."});
  return keys;
}

Keys<ClustersPart> cluster_keys() {
  Keys<ClustersPart> keys;
  keys.key("group", &ClustersPart::group,
           {.doc = "Share of the follow-up variance between therapy groups.",
            .range = from_below(0, 1),
            .need = required})
      .key("therapist", &ClustersPart::therapist,
           {.doc = "Share of the follow-up variance between therapists.",
            .range = from_below(0, 1),
            .need = required})
      .key("site", &ClustersPart::site,
           {.doc = "Share of the baseline variance between sites.",
            .range = from_below(0, 1),
            .need = required});
  return keys;
}

}  // namespace

Keys<ConditionFile> condition_keys() {
  Keys<ConditionFile> keys;
  keys.key("name", &ConditionFile::name,
           {.doc = "The condition's name, that of its folder.", .need = required})
      .key("title", &ConditionFile::title, {.doc = "The condition in words.", .need = required})
      .key("describes_nobody", &ConditionFile::describes_nobody,
           {.doc = "Made up for lessons and tests: its numbers stand for nothing that anybody could report."})
      .named("endpoint", &ConditionFile::endpoint, endpoint_keys(),
             {.doc = "What can be measured.", .need = required})
      .named("correlation", &ConditionFile::correlation,
             {.doc = "Latent correlation with an endpoint after it; 0 where not listed.",
              .range = inside(-1, 1)})
      .named("profile", &ConditionFile::profile, profile_keys(),
             {.doc = "Published populations.", .need = required})
      .named("therapy", &ConditionFile::therapy, therapy_keys(),
             {.doc = "What an arm can deliver.", .need = required})
      .table("clusters", &ConditionFile::clusters, cluster_keys(),
             {.doc = "How alike people who share something are.", .need = required});
  return keys;
}

}  // namespace equipoise
